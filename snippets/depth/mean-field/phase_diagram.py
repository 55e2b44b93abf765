"""Where in the plane of the two variances is order, and where chaos?"""

import matplotlib.pyplot as plt
import numpy as np

nodes, mass = np.polynomial.hermite_e.hermegauss(60)
mass = mass / mass.sum()
sigma_w, sigma_b = np.meshgrid(np.linspace(0.5, 3, 51), np.linspace(0, 2, 41))
q = np.ones_like(sigma_w)
for _ in range(100):  # the length map, at each point of the plane
    h = np.tanh(np.sqrt(q)[..., None] * nodes)
    q = sigma_w**2 * (h**2 @ mass) + sigma_b**2
chi = sigma_w**2 * ((1 - h**2) ** 2 @ mass)

lengths = np.geomspace(1e-4, 12, 200)  # the edge: a curve with parameter q*
h = np.tanh(np.sqrt(lengths)[:, None] * nodes)
edge_w = 1 / ((1 - h**2) ** 2 @ mass)
edge_b = np.sqrt(lengths - edge_w * (h**2 @ mass))
print("sigma_w of the edge, from sigma_b = 0 to 2 in steps of 0.5:")
print(np.interp([0, 0.5, 1, 1.5, 2], edge_b, edge_w**0.5).round(2))
print(f"chi_1 in the plane: {chi.min():.2f} to {chi.max():.2f}")

figure, axes = plt.subplots(figsize=(4.8, 3.6))
for levels, colour, style in (
    ((0.2, 0.4, 0.6, 0.8), "C2", "dashed"),
    ((1.2, 1.4, 1.6), "C3", "dotted"),
):
    lines = axes.contour(
        sigma_w, sigma_b, chi, levels, colors=colour, linestyles=style
    )
    axes.clabel(lines, fontsize=8)
axes.plot(edge_w**0.5, edge_b, "k-")
name = "order: inputs merge,\ngradients vanish"
axes.set_title(name, loc="left", color="C2")
name = "chaos: inputs part,\ngradients explode"
axes.set_title(name, loc="right", color="C3")
axes.text(1.86, 0.86, r"edge, $\chi_1 = 1$", rotation=53)
axes.set_xlabel(r"$\sigma_w$, standard deviation of weights times $\sqrt{n}$")
axes.set_ylabel(r"$\sigma_b$, standard deviation of biases")
axes.set_xlim(0.5, 3)
axes.set_ylim(0, 2)
axes.grid(False)
plt.show()
