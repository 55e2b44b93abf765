"""Which networks keep all their singular values near one?"""

import matplotlib.pyplot as plt
import numpy as np
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
n, networks, q, marks = 150, 2, 0.01, [1, 2, 5, 10, 20, 30, 40, 50]

# tanh on the edge of chaos: q is a fixed point and E lambda = 1
nodes, mass = np.polynomial.hermite_e.hermegauss(100)
mass = mass / mass.sum()  # weights of the expectation over Z
h = np.tanh(q**0.5 * nodes)
gain = (mass @ (1 - h**2) ** 2) ** -0.5
bias = (q - gain**2 * mass @ h**2) ** 0.5
spread = gain**4 * mass @ (1 - h**2) ** 4 - 1  # of one layer
assert abs(spread / (8 * q**2) - 1) < 0.2


def run(tanh, orthogonal):
    """Return lambda, sorted, by network and by depth."""
    squares = torch.zeros(networks, len(marks), n)
    for k in range(networks):
        h, jacobian = q**0.5 * torch.randn(n), torch.eye(n)
        h = torch.tanh(h) if tanh else h
        for layer in range(1, marks[-1] + 1):
            weight = torch.randn(n, n) / n**0.5
            if orthogonal:
                torch.nn.init.orthogonal_(weight)
            weight *= gain if tanh else 2**0.5
            if tanh:
                h = torch.tanh(weight @ h + bias * torch.randn(n))
                slope = 1 - h**2
            else:
                h = torch.relu(weight @ h)
                slope = (h > 0).double()
            jacobian = slope[:, None] * (weight @ jacobian)
            if layer in marks:
                values = torch.linalg.svdvals(jacobian)
                squares[k, marks.index(layer)] = values**2
    return squares


theory = {"tanh, orthogonal": spread, "tanh, Gaussian": spread + 1}
theory["ReLU, orthogonal"] = 1  # the variance that one layer adds
print("variance of lambda / mean^2")
figure, panels = plt.subplots(3, 1, sharex=True, figsize=(4.8, 5.6))
for i, (name, step) in enumerate(theory.items()):
    squares = run("tanh" in name, "orthogonal" in name)
    values = squares.clamp(min=1e-12).sqrt().mean(0)
    for rank, style in ((0, "-"), (n // 4, "--"), (3 * n // 4, "-.")):
        panels[i].plot(marks, values[:, rank], f"C{3 + i}{style}")
    panels[i].axhline(1, color="k", lw=0.8)
    panels[i].set(yscale="log", ylim=(1e-3, 30))
    panels[i].text(0, 11, name)
    v = (squares.var(2, correction=0) / squares.mean(2) ** 2).mean(0)
    assert abs(v[3] / (10 * step) - 1) < 0.3
    print(
        f"{name:16} L = 10: {v[3]:.2g} (theory {10 * step:.2g}),",
        f"L = 50: {v[-1]:.2g} ({50 * step:.2g})",
    )
panels[1].text(30, 10, "largest")
panels[1].text(25, 0.06, "upper quartile")
panels[1].text(9, 2e-3, "lower quartile")
panels[1].set_ylabel(r"singular value $\lambda^{1/2}$")
panels[2].set_xlabel("layer")
plt.show()
