"""From which shift on do weights, or their square roots, lose?"""

import matplotlib.pyplot as plt
import numpy as np

generator = np.random.default_rng(0)
runs = 8000  # y = bend x^2 + noise of variance 1
shifts = np.arange(0.25, 3.01, 0.25)


def excess(weight, x, y, mu, bend):
    """Mean excess test error of the weighted lines, one for each sample."""
    total = weight.sum(1)
    mean_x, mean_y = (weight * x).sum(1) / total, (weight * y).sum(1) / total
    d = x - mean_x[:, None]
    slope = (weight * d * y).sum(1) / (weight * d * d).sum(1)
    at_mu = mean_y + slope * (mu - mean_x)
    error = (2 * mu * bend - slope) ** 2
    return (error + (bend * (1 + mu**2) - at_mu) ** 2).mean()


fig, panels = plt.subplots(3, 1, sharex=True, figsize=(4.8, 6.4))
cases = (0.1, 25), (0.1, 100), (0.3, 100)
print("excess error in use / without weights")
print("bend points shift roots weights ESS")
for panel, (bend, n) in zip(panels, cases, strict=True):
    rows = []
    for mu in shifts:
        x = generator.standard_normal((runs, n))
        y = bend * x**2 + generator.standard_normal((runs, n))
        w = np.exp(mu * x)  # times a constant, which cancels
        plain, root, full = (excess(w**p, x, y, mu, bend) for p in (0, 0.5, 1))
        rows.append((root / plain, full / plain))
        size = (w.sum(1) ** 2 / (w**2).sum(1)).mean()
        if mu % 1 == 0:
            print(f"{bend:4} {n:6d} {mu:5.0f} {root / plain:5.2f}", end="")
            print(f" {full / plain:7.2f} {size:3.0f}")
    root, full = np.array(rows).T
    panel.axhline(1, color="C3")
    panel.plot(shifts, full, "C4s-", markersize=5)
    panel.plot(shifts, root, "C5o--", markersize=5)
    panel.set(ylim=(0, 2.6), yticks=[0, 1, 2])
    panel.set_title(f"curvature {bend}, {n} points", loc="left")
panels[1].set_ylabel("error / error without weights")
panels[0].text(0.25, 0.65, "without weights", color="C3")
panels[0].text(1.55, 1.85, "weights", color="C4")
panels[0].text(1.9, 0.55, "their square roots", color="C5")
panels[1].text(2.3, 1.35, "weights", color="C4")
panels[1].text(1.9, 0.2, "square roots", color="C5")
panels[2].text(0.3, 0.12, "weights", color="C4")
panels[2].text(1.2, 0.55, "square roots", color="C5")
panels[2].set_xlabel(r"shift $\mu$, in standard deviations")
plt.show()
