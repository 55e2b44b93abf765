"""Which straight line is best where the test points are?"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import ndtri

x = np.linspace(-3, 4, 400)


def density(x, mu):
    return np.exp(-((x - mu) ** 2) / 2) / np.sqrt(2 * np.pi)


fig, (top, bottom) = plt.subplots(
    2, 1, sharex=True, figsize=(4.8, 4.6), height_ratios=[1, 2]
)
top.plot(x, density(x, 0), "C3-")
top.fill_between(x, density(x, 0), color="C3", alpha=0.2)
top.plot(x, density(x, 1), "C4--")
top.fill_between(x, density(x, 1), color="C4", alpha=0.2)
top.text(-2.4, 0.2, "train", color="C3")
top.text(2.3, 0.25, "test", color="C4")
points = ndtri((np.arange(40) + 0.5) / 40)  # of training, evenly drawn
w = np.exp(points - 0.5)
top.scatter(points, np.full(40, -0.07), s=12 * w, color="k", alpha=0.5)
top.text(4, -0.085, "area: weight", ha="right")
top.set(ylabel="density", ylim=(-0.14, 0.43), yticks=[0, 0.2, 0.4])

bottom.plot(x, x**2, "k-")
bottom.plot(x, np.ones_like(x), "C3-")
bottom.plot(x, 2 * x, "C4--")
bottom.text(-2.55, 7.2, "$y = x^2$", color="k")
bottom.text(2.6, 1.3, "unweighted: 1", color="C3")
bottom.text(2.7, 3.6, "weighted: $2x$", color="C4")
bottom.set(xlabel="$x$", ylabel="$y$", ylim=(-6, 10))

for mu, name in ((0, "train"), (1, "test")):
    u = np.linspace(-9, 11, 4001)
    mass = density(u, mu) * (u[1] - u[0])
    mse_unweighted = ((u**2 - 1) ** 2 * mass).sum()
    mse_weighted = ((u**2 - 2 * u) ** 2 * mass).sum()
    print(
        f"on {name:5s} points: unweighted line MSE {mse_unweighted:.3f}, "
        f"weighted line MSE {mse_weighted:.3f}"
    )
plt.show()
