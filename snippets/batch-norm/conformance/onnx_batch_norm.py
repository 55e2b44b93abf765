"""Does batch_norm pass ONNX's test cases, training mode among them?"""

import onnx.backend.test.case.node.batch_normalization
import torch
from onnx.backend.test.case.node import _NodeTestCases


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


def run(x, w, b, mean, var, epsilon, momentum, training_mode, fault=""):
    m, old = x.numel() // x.shape[1], momentum * var
    new = momentum if fault == "momentum" else 1 - momentum
    y = batch_norm(x, mean, var, w, b, training_mode, new, epsilon)
    if not training_mode:
        return (y,)
    unbiased = fault == "variance"
    return y, mean, var if unbiased else old + (var - old) * (m - 1) / m


schema = onnx.defs.get_schema("BatchNormalization")
cases = [case for case in _NodeTestCases if len(case.model.graph.node) == 1]
assert len(cases) == 4
for case in cases:
    [op], [(inputs, expected)] = case.model.graph.node, case.data_sets
    assert op.op_type == "BatchNormalization"
    defaults = {k: a.default_value for k, a in schema.attributes.items()}
    given = defaults | {a.name: a for a in op.attribute}
    given = {k: onnx.helper.get_attribute_value(a) for k, a in given.items()}
    limits = {"rtol": case.rtol, "atol": case.atol}
    for dtype in torch.float32, torch.float64:
        ours = run(*(torch.tensor(a, dtype=dtype) for a in inputs), **given)
        theirs = tuple(torch.tensor(a, dtype=dtype) for a in expected)
        torch.testing.assert_close(ours, theirs, **limits)
    pairs = zip(ours, theirs, strict=True)
    worst = max(float((a - b).abs().max()) for a, b in pairs)
    print(f"{case.name:51} {worst:.0e}")
    for fault in ("variance", "momentum") if len(expected) > 1 else ():
        ours = run(*map(torch.tensor, inputs), **given, fault=fault)
        pairs = zip(ours, map(torch.tensor, expected), strict=True)
        assert not all(torch.allclose(a, b, **limits) for a, b in pairs)
        print(f"  with torch's {fault} it fails")
