"""Can the per-sample normalisers be written in a few lines each?"""

import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    x = input.float() if input.dtype.itemsize < 4 else input
    dims = list(range(-len(normalized_shape), 0))
    if x.shape[dims[0] :] != tuple(normalized_shape):
        raise RuntimeError(f"{x.shape} does not end in {normalized_shape}")
    x = x - x.mean(dims, keepdim=True)
    x = x - x.mean(dims, keepdim=True)  # what rounding left of the mean
    y = x * torch.rsqrt(x.square().mean(dims, keepdim=True) + eps)
    if weight is not None:
        y = y * weight
    if bias is not None:
        y = y + bias
    return y.to(input.dtype)


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    x = input.float() if input.dtype.itemsize < 4 else input
    per_channel = [1, x.shape[1]] + [1] * (x.dim() - 2)
    x = x.unflatten(1, (num_groups, -1))
    dims = list(range(2, x.dim()))  # channels of the group, and positions
    x = x - x.mean(dims, keepdim=True)
    x = x - x.mean(dims, keepdim=True)  # what rounding left of the mean
    var = x.square().mean(dims, keepdim=True)
    y = (x * torch.rsqrt(var + eps)).flatten(1, 2)
    weight = 1 if weight is None else weight.view(per_channel)
    bias = 0 if bias is None else bias.view(per_channel)
    return (y * weight + bias).to(input.dtype)


def instance_norm(
    input,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    use_input_stats=True,
    momentum=0.1,
    eps=1e-5,
):
    x = input.float() if input.dtype.itemsize < 4 else input
    per_channel = [1, x.shape[1]] + [1] * (x.dim() - 2)
    m = x.shape[2:].numel()  # positions
    if use_input_stats and m == 1:
        raise ValueError(
            "Expected more than 1 spatial element when training, "
            f"got input size {input.shape}"
        )
    if use_input_stats:
        dims = list(range(2, x.dim()))
        mean = x.mean(dims, keepdim=True)
        x = x - mean
        x = x - x.mean(dims, keepdim=True)  # what rounding left of the mean
        var = x.square().mean(dims, keepdim=True)  # biased
        if running_mean is not None and x.numel() > 0:
            unbiased = var * m / (m - 1)
            for old, new in (running_mean, mean), (running_var, unbiased):
                new = new.detach().mean(0).flatten()  # over the examples
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


def rms_norm(input, normalized_shape, weight=None, eps=None):
    x = input.float() if input.dtype.itemsize < 4 else input
    dims = list(range(-len(normalized_shape), 0))
    if x.shape[dims[0] :] != tuple(normalized_shape):
        raise RuntimeError(f"{x.shape} does not end in {normalized_shape}")
    eps = torch.finfo(x.dtype).eps if eps is None else eps  # as torch
    y = x * torch.rsqrt(x.square().mean(dims, keepdim=True) + eps)
    if weight is not None:
        y = y * weight
    return y.to(input.dtype)


def check(ours, theirs):
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-12)


dense, image = torch.randn(8, 6) * 3 + 1, torch.randn(8, 6, 4, 5) * 3 + 1
w, b = torch.randn(6), torch.randn(6)
for x in dense, image:
    check(group_norm(x, 3, w, b), F.group_norm(x, 3, w, b))
    shape = x.shape[1:]
    w_all, b_all = torch.randn(shape), torch.randn(shape)
    ours = layer_norm(x, shape, w_all, b_all)
    check(ours, F.layer_norm(x, shape, w_all, b_all))
    check(rms_norm(x, shape, w_all), F.rms_norm(x, shape, w_all))
theirs = F.instance_norm(image, weight=w, bias=b)
check(instance_norm(image, weight=w, bias=b), theirs)
tokens = torch.randn(2, 7, 6)  # 2 sequences of 7 tokens of 6 features
check(layer_norm(tokens, (6,), w, b), F.layer_norm(tokens, (6,), w, b))
check(group_norm(image, 6, w, b), theirs)  # one channel a group
check(group_norm(image, 1), layer_norm(image, (6, 4, 5)))  # one group
for use_input_stats in True, False:  # rarely used: running statistics
    ours = torch.rand(2, 6)
    theirs = ours.clone()
    check(
        instance_norm(image, *ours, w, b, use_input_stats),
        F.instance_norm(image, *theirs, w, b, use_input_stats),
    )
    check(ours, theirs)
tiny = 1e-4 * image  # here eps counts: another one, and the one by default
for eps in {"eps": 0.1}, {}:
    check(group_norm(tiny, 3, **eps), F.group_norm(tiny, 3, **eps))
    check(instance_norm(tiny, **eps), F.instance_norm(tiny, **eps))
    check(layer_norm(tiny, (5,), **eps), F.layer_norm(tiny, (5,), **eps))
    nano = 1e-7 * image  # torch's RMSNorm has an eps of its own
    check(rms_norm(nano, (5,), **eps), F.rms_norm(nano, (5,), **eps))
far = image + 1e6  # of its mean, one subtraction leaves 1e-11
for y in layer_norm(far, (6, 4, 5)), group_norm(far, 1), instance_norm(far):
    check(y.mean((1, 2, 3)), torch.zeros(8))
for form in torch.float16, torch.bfloat16:  # computed in single precision
    x = 30 * tokens.to(form)
    assert torch.equal(layer_norm(x, (6,)), F.layer_norm(x, (6,)))
    assert torch.equal(rms_norm(x, (6,)), F.rms_norm(x, (6,)))
    assert torch.equal(group_norm(x, 7), F.group_norm(x, 7))
    x = 1e-3 * tokens.to(form)  # the eps by default is that of float32
    assert torch.equal(rms_norm(x, (6,)), F.rms_norm(x, (6,)))
refused = 0
for function in instance_norm, F.instance_norm:
    try:
        function(image[:, :, :1, :1])  # one position has no variance
    except ValueError:
        refused += 1
assert refused == 2
print("four normalisers equal torch; GN(C) = IN, GN(1) = LN")
