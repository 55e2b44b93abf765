"""Where do the stairs of two inputs lead in order, at the edge, in chaos?"""

import matplotlib.pyplot as plt
import numpy as np

nodes, mass = np.polynomial.hermite_e.hermegauss(100)
mass = mass / mass.sum()
var_b = 0.05


def at(var_w):
    """Return the correlation map of tanh at the length that has settled."""
    q = 1.0
    for _ in range(2000):
        q = var_w * mass @ np.tanh(q**0.5 * nodes) ** 2 + var_b
    h = np.tanh(q**0.5 * nodes)

    def correlation_map(c):
        other = c * nodes[:, None] + np.sqrt(1 - c * c) * nodes
        k = np.tanh(q**0.5 * other)
        return (var_w * (mass * h) @ k @ mass + var_b) / q

    return correlation_map


figure, axes = plt.subplots(figsize=(4.8, 4.8))
axes.plot([0, 1], [0, 1], "k:", lw=1)
grid = np.linspace(0, 1, 101)
print("       sigma_w^2  slope at one  pair: start, five layers, end")
for var_w, name, look, start, place in (
    (1.0, "order", "C5-", 0.0, (0.2, 0.5)),
    (1.76, "edge", "k--", None, (0.01, 0.2)),
    (4.0, "chaos", "C3-", 0.95, (0.62, 0.48)),
):
    step = at(var_w)
    axes.plot(grid, [step(c) for c in grid], look, lw=2.5)
    axes.text(*place, name, color=look.rstrip("-"), size=14)
    slope = (step(1.0) - step(1 - 1e-6)) / 1e-6
    print(f"{name:6} {var_w:9.2f} {slope:13.2f}", end="")
    if start is not None:
        pair = [start]
        for _ in range(60):
            pair.append(step(pair[-1]))
        text = " ".join(f"{c:.2f}" for c in (*pair[:6], pair[-1]))
        print(f"  {text}", end="")
        corners = np.repeat(pair, 2)
        axes.plot(corners[:-1], corners[1:], look, lw=1)
        axes.plot(pair[-1], pair[-1], look + "o", ms=9)
    print()
axes.set_xlabel("correlation of two inputs, $c$", size=13)
axes.set_ylabel("one layer up, $C(c)$", size=13)
axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
plt.show()
