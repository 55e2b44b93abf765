"""From which shift on do weights, or their square roots, lose?"""

import matplotlib.pyplot as plt
import numpy as np

generator = np.random.default_rng(0)
bend, runs = 0.1, 8000  # y = bend x^2 + noise of variance 1
shifts = np.arange(0.25, 3.01, 0.25)


def excess(weight, x, y, mu):
    """Mean excess test error of the weighted lines, one for each sample."""
    total = weight.sum(1)
    mean_x, mean_y = (weight * x).sum(1) / total, (weight * y).sum(1) / total
    d = x - mean_x[:, None]
    slope = (weight * d * y).sum(1) / (weight * d * d).sum(1)
    at_mu = mean_y + slope * (mu - mean_x)
    error = (2 * mu * bend - slope) ** 2
    return (error + (bend * (1 + mu**2) - at_mu) ** 2).mean()


fig, panels = plt.subplots(2, 1, sharex=True, figsize=(4.8, 4.8))
print("excess error in use / without weights")
print("points  shift  roots  weights  ESS")
for panel, n in zip(panels, (25, 100), strict=True):
    rows = []
    for mu in shifts:
        x = generator.standard_normal((runs, n))
        y = bend * x**2 + generator.standard_normal((runs, n))
        w = np.exp(mu * x)  # times a constant, which cancels
        plain, root, full = (excess(w**p, x, y, mu) for p in (0, 0.5, 1))
        rows.append((root / plain, full / plain))
        size = (w.sum(1) ** 2 / (w**2).sum(1)).mean()
        if mu % 1 == 0 or mu == 0.5:
            print(f"{n:6d}  {mu:5.1f}  {root / plain:5.2f}", end="")
            print(f"  {full / plain:7.2f}  {size:3.0f}")
    root, full = np.array(rows).T
    panel.axhline(1, color="C3")
    panel.plot(shifts, full, "C4s-", markersize=5)
    panel.plot(shifts, root, "C5o--", markersize=5)
    panel.set(ylim=(0, 2.6), ylabel="error / without weights")
    panel.set_title(f"{n} points", loc="left")
low, high = panels
low.text(0.25, 0.7, "without weights", color="C3")
low.text(1.55, 1.75, "weights", color="C4")
low.text(1.9, 0.7, "their square roots", color="C5")
high.text(0.25, 1.1, "without weights", color="C3")
high.text(2.35, 1.25, "weights", color="C4")
high.text(1.9, 0.25, "their square roots", color="C5")
high.set_xlabel(r"shift $\mu$, in standard deviations")
plt.show()
