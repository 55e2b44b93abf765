"""Which inputs break a naive batch normalisation, and not this one?"""

import torch
from torch.nn import functional as F

torch.manual_seed(0)


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


def worst(function, x):
    truth = F.batch_norm(x.double(), None, None, training=True)
    return float((function(x, None, None, training=True) - truth).abs().max())


print("variance 1, in float32; 4096 examples of 8 channels")
for size, least in (1e3, 5e-4), (1e4, 5e-3):
    x = (size + torch.randn(4096, 8, dtype=torch.float64)).float()
    assert worst(batch_norm, x) < 1e-5
    print(f"  mean {size:.0e}: batch_norm is off by < 1e-5,", end="")
    print(f" torch by > {least:.0e}:", worst(F.batch_norm, x) > least)
naive = x.square().mean(0) - x.mean(0).square()
assert (naive % 8 == 0).all() and naive.abs().max() < 100
print("  mean 1e+04: naive variances, all multiples of 8")

print("a constant channel, 9999.7: all outputs below 1e-5")
for shape in (4096, 1), (32, 3, 14, 14):
    x = torch.full(shape, 9999.7)
    assert worst(batch_norm, x) < 1e-5
    size = worst(F.batch_norm, x)
    print(f"  torch, {shape}:", f"{size:.0f}" if size > 0.5 else "below 0.1")

mean, var = torch.zeros(8), torch.ones(8)
y = batch_norm(torch.zeros(0, 8), mean, var, training=True)
assert not mean.any() and (var == 1).all()
print("an empty batch:", tuple(y.shape), "and the statistics stay")

for function in batch_norm, F.batch_norm:
    try:
        function(torch.zeros(1, 8), mean, var, training=True)
    except ValueError as error:
        print("a batch of one:", str(error).split(", got")[0])

for dtype in torch.float16, torch.bfloat16:
    number, beyond = torch.finfo(dtype), []
    for _ in range(12):
        x = (2000 * torch.randn(4096, 8)).to(dtype)
        var = torch.ones(8)
        y = batch_norm(x, mean, var, training=True)
        truth = F.batch_norm(x.double(), None, None, training=True)
        rounding = number.eps / 2 * truth.abs().clamp(min=number.tiny)
        beyond.append(((y.double() - truth).abs() - rounding).max() * 2**24)
        assert y.dtype == dtype and y.isfinite().all()
    assert 1 / 20 < max(beyond) < 1
    print(f"{dtype}, 12 batches: one rounding and u at most;", end="")
    print(f" running variance {var.mean():.0e}")
