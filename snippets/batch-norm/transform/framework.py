"""Which layers of torch does one normalising function reproduce?"""

import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
gamma, beta = torch.randn(2, 6)  # one for each feature or channel
eps = 1e-5


def normalise(x, dims):
    mean = x.mean(dims, keepdim=True)
    var = x.var(dims, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps)


def check(name, y, x, dims, shape):
    y_hat = gamma.view(shape) * normalise(x, dims) + beta.view(shape)
    torch.testing.assert_close(y, y_hat, rtol=0, atol=1e-12)
    pooled = x.numel() // x.mean(dims).numel()
    print(f"{name:13} pooled dims {dims!s:9}  m {pooled:4}")


dense = 3 * torch.randn(8, 6) + 5  # 8 examples, 6 features
image = 3 * torch.randn(8, 6, 4, 4) + 5  # 8 examples, 6 channels, 4 x 4
bn = F.batch_norm(dense, None, None, gamma, beta, training=True)
check("BatchNorm1d", bn, dense, (0,), 6)
bn = F.batch_norm(image, None, None, gamma, beta, training=True)
check("BatchNorm2d", bn, image, (0, 2, 3), (6, 1, 1))
ln = F.layer_norm(dense, (6,), gamma, beta)
check("LayerNorm", ln, dense, (1,), 6)
inorm = F.instance_norm(image, weight=gamma, bias=beta)
check("InstanceNorm", inorm, image, (2, 3), (6, 1, 1))
groups = image.view(8, 2, 3, 4, 4)  # 2 groups of 3 channels
gn = F.group_norm(image, 2, gamma, beta).view_as(groups)
check("GroupNorm", gn, groups, (2, 3, 4), (2, 3, 1, 1))

# In layer norm gamma and beta vary within the pool: no such moments.
assert not torch.allclose(ln.mean(1), beta.mean(), rtol=0, atol=0.1)

rms = F.rms_norm(dense, (6,), eps=eps)
assert not torch.allclose(rms, normalise(dense, (1,)), rtol=0, atol=1)
no_mean = dense / torch.sqrt(dense.square().mean(1, keepdim=True) + eps)
torch.testing.assert_close(rms, no_mean, rtol=0, atol=1e-12)
print("RMSNorm       not of this form: no mean, no variance")
