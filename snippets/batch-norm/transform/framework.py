"""Which layers of torch does one normalising function reproduce?"""

import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def normalise(x, dims, eps=1e-5):
    mean = x.mean(dims, keepdim=True)
    var = x.var(dims, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps)


def check(name, y, x, dims):
    torch.testing.assert_close(y, normalise(x, dims), rtol=0, atol=1e-12)
    pooled = x.numel() // x.mean(dims).numel()
    print(f"{name:27} pooled dims {dims!s:9}  values per mean {pooled:4}")


dense = 3 * torch.randn(8, 6) + 5  # 8 examples, 6 features
image = 3 * torch.randn(8, 6, 4, 4) + 5  # 8 examples, 6 channels, 4 x 4
bn = F.batch_norm(dense, None, None, training=True)
check("batch norm, dense", bn, dense, (0,))
bn = F.batch_norm(image, None, None, training=True)
check("batch norm, convolutional", bn, image, (0, 2, 3))
check("layer norm, features", F.layer_norm(dense, (6,)), dense, (1,))
check("instance norm", F.instance_norm(image), image, (2, 3))
groups = image.view(8, 2, 3, 4, 4)  # 2 groups of 3 channels
gn = F.group_norm(image, 2).view_as(groups)
check("group norm, 2 groups", gn, groups, (2, 3, 4))

rms = F.rms_norm(dense, (6,), eps=1e-5)
assert (rms - normalise(dense, (1,))).abs().max() > 1
no_mean = dense / torch.sqrt(dense.square().mean(1, keepdim=True) + 1e-5)
torch.testing.assert_close(rms, no_mean, rtol=0, atol=1e-12)
print("RMS norm                    not of this form: no mean, no variance")
