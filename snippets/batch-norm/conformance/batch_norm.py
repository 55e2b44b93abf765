"""Can one pasted function stand in for torch's batch_norm?"""

import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def batch_norm(
    input,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    x = input.float() if input.dtype.itemsize < 4 else input
    per_channel = [1, x.shape[1]] + [1] * (x.dim() - 2)
    m = x.shape[0] * x.shape[2:].numel()  # values pooled for one channel
    if training and m == 1:
        raise ValueError(
            "Expected more than 1 value per channel when training, "
            f"got input size {input.shape}"
        )
    if training:
        dims = [0, *range(2, x.dim())]  # the examples, and the positions
        mean = x.mean(dims, keepdim=True)
        x = x - mean
        x = x - x.mean(dims, keepdim=True)  # what rounding left of the mean
        var = x.square().mean(dims, keepdim=True)  # biased
        if running_mean is not None and m > 0:
            unbiased = var * m / (m - 1)
            for old, new in (running_mean, mean), (running_var, unbiased):
                new = new.detach().flatten()
                old.copy_((1 - momentum) * old + momentum * new)
    elif running_mean is None or running_var is None:
        raise RuntimeError("running statistics are needed in evaluation")
    else:
        x = x - running_mean.view(per_channel)
        var = running_var.view(per_channel)
    y = x * torch.rsqrt(var + eps)
    weight = 1 if weight is None else weight.view(per_channel)
    bias = 0 if bias is None else bias.view(per_channel)
    return (y * weight + bias).to(input.dtype)


def run(function, x, training, statistics, affine):
    x = x.clone().requires_grad_()
    running = [a.clone() for a in statistics]
    affine = [a.clone().requires_grad_() for a in affine]
    y = function(x, *running, *affine, training, momentum=0.3, eps=1e-3)
    weights = torch.linspace(-1, 2, y.numel()).view_as(y)
    gradients = torch.autograd.grad((y**2 * weights).sum(), [x, *affine])
    assert not any(a.requires_grad for a in running)  # no graph is kept
    return y.detach(), *running, *gradients


for shape in (8, 6), (8, 6, 5), (8, 6, 4, 5), (8, 6, 3, 4, 5), (0, 6, 5):
    x = 3 * torch.randn(shape) + 1
    statistics, affine = (torch.randn(6), 1 + torch.rand(6)), torch.randn(2, 6)
    for training in True, False:
        ours = run(batch_norm, x, training, statistics, affine)
        theirs = run(F.batch_norm, x, training, statistics, affine)
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)
    ours = batch_norm(x, None, None, training=True)
    theirs = F.batch_norm(x, None, None, training=True)
    torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)
    print(f"{shape!s:16} values, statistics, gradients: equal")
