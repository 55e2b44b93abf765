"""Can each normaliser be written in a few lines that equal torch?"""

import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def standardise(x, dims, eps):
    mean = x.mean(dims, keepdim=True)
    var = x.var(dims, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps)


def per_channel(weight, x):  # (C,) against (B, C) or (N, C, H, W)
    return weight.view(-1, *[1] * (x.dim() - 2))


def batch_norm(x, weight, bias, eps=1e-5):
    dims = [0, *range(2, x.dim())]  # the examples, and the positions
    x_hat = standardise(x, dims, eps)
    return per_channel(weight, x) * x_hat + per_channel(bias, x)


def instance_norm(x, weight, bias, eps=1e-5):
    x_hat = standardise(x, list(range(2, x.dim())), eps)
    return per_channel(weight, x) * x_hat + per_channel(bias, x)


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    groups = x.reshape(x.shape[0], num_groups, -1)
    x_hat = standardise(groups, [2], eps).view_as(x)
    return per_channel(weight, x) * x_hat + per_channel(bias, x)


def layer_norm(x, shape, weight, bias, eps=1e-5):
    return weight * standardise(x, list(range(-len(shape), 0)), eps) + bias


def rms_norm(x, shape, weight, eps=1e-5):
    dims = list(range(-len(shape), 0))
    square = x.square().mean(dims, keepdim=True)
    return weight * x / torch.sqrt(square + eps)


def check(ours, theirs):
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-12)


dense, image = torch.randn(8, 6) * 3 + 1, torch.randn(8, 6, 4, 5) * 3 + 1
w, b = torch.randn(6), torch.randn(6)
for x in dense, image:
    check(batch_norm(x, w, b), F.batch_norm(x, None, None, w, b, True))
    check(group_norm(x, 3, w, b), F.group_norm(x, 3, w, b))
    shape = x.shape[1:]
    w_all, b_all = torch.randn(shape), torch.randn(shape)
    ours = layer_norm(x, shape, w_all, b_all)
    check(ours, F.layer_norm(x, shape, w_all, b_all))
    ours = rms_norm(x, shape, w_all)
    check(ours, F.rms_norm(x, shape, w_all, eps=1e-5))
theirs = F.instance_norm(image, weight=w, bias=b)
check(instance_norm(image, w, b), theirs)
tokens = torch.randn(2, 7, 6)  # 2 sequences of 7 tokens of 6 features
check(layer_norm(tokens, (6,), w, b), F.layer_norm(tokens, (6,), w, b))
check(group_norm(image, 6, w, b), theirs)  # one channel a group
one, flat = torch.ones(6), torch.zeros(6)
ours = layer_norm(image, (6, 4, 5), torch.ones(()), torch.zeros(()))
check(group_norm(image, 1, one, flat), ours)  # one group
print("five normalisers equal torch; GN(C) = IN, GN(1) = LN")
