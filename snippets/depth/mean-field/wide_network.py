"""Does a wide tanh network follow the correlation map?"""

import matplotlib.pyplot as plt
import numpy as np

nodes, mass = np.polynomial.hermite_e.hermegauss(100)
mass = mass / mass.sum()
phases = {1.3: "order", 1.76: "edge", 2.5: "chaos"}
var_b, depth, width, seeds = 0.05, 30, 1000, 3


def theory(var_w, c):
    """Correlation of each layer by the maps; the inputs have h^2 = 1."""
    q, p, found = var_w + var_b, var_w * c + var_b, []
    for _ in range(depth):
        c = p / q
        found.append(c)
        other = c * nodes[:, None] + np.sqrt(1 - c * c) * nodes
        h, k = np.tanh(q**0.5 * nodes), np.tanh(q**0.5 * other)
        p = var_w * (mass * h) @ k @ mass + var_b
        q = var_w * mass @ h**2 + var_b
    return np.array(found)


def networks(seed):
    """Correlations with the first of three inputs; phase, layer, input."""
    rng = np.random.default_rng(seed)
    x = np.linalg.qr(rng.standard_normal((width, 3)))[0].T * width**0.5
    x[1] = 0.95 * x[0] + (1 - 0.95**2) ** 0.5 * x[1]
    h, found = np.tile(x, (3, 1)), []  # one draw, scaled for three phases
    scale = np.repeat(list(phases), 3)[:, None] ** 0.5
    for _ in range(depth):
        weight = rng.standard_normal((width, width)) / width**0.5
        bias = rng.standard_normal(width) * var_b**0.5
        z = scale * (h @ weight.T) + bias
        unit = z / np.linalg.norm(z, axis=1, keepdims=True)
        unit = unit.reshape(3, 3, width)
        found.append((unit[:, :1] * unit[:, 1:]).sum(2))
        h = np.tanh(z)
    return np.stack(found, 1)


runs = np.stack([networks(seed) for seed in range(seeds)])
layers = np.arange(1, depth + 1)
print("                   theory      width 1000, seeds 0 to 2")
print("sigma_w^2   c_0     c_30       c_30               rms deviation")
figure, panels = plt.subplots(3, 1, sharex=True, figsize=(4.8, 6.4))
for i, (var_w, axes) in enumerate(zip(phases, panels, strict=True)):
    for k, (start, mark) in enumerate(((0.95, "C3s"), (0.0, "C4o"))):
        expected, measured = theory(var_w, start), runs[:, i, :, k]
        name = f"width {width}, inputs at {start}"
        axes.plot(layers, expected, "k-", label=None if k else "theory")
        lines = axes.plot(layers, measured.T, mark, ms=2.5)
        lines[0].set_label(name)
        rms = np.sqrt(((measured - expected) ** 2).mean())
        last = " ".join(f"{c:.2f}" for c in measured[:, -1])
        print(f"{var_w:9.2f} {start:5.2f} {expected[-1]:8.3f}", end="")
        print(f"       {last} {rms:15.3f}")
    axes.set_title(rf"{phases[var_w]}, $\sigma_w^2 = {var_w}$")
    axes.set(ylabel="correlation $c_l$", ylim=(-0.08, 1.04))
panels[-1].set_xlabel("layer $l$")
panels[0].legend(loc="lower right")
plt.show()
