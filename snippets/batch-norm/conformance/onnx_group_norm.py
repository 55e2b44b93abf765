"""Does group_norm pass ONNX's test cases?"""

import onnx.backend.test.case.node.groupnormalization
import torch
from onnx.backend.test.case.node import _NodeTestCases


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


def run(x, scale, bias, num_groups, epsilon=1e-5, stash_type=1):
    return (group_norm(x, num_groups, scale, bias, epsilon),)


cases = [case for case in _NodeTestCases if len(case.model.graph.node) == 1]
assert len(cases) == 2
for case in cases:
    [op], [(inputs, expected)] = case.model.graph.node, case.data_sets
    assert op.op_type == "GroupNormalization"
    given = {a.name: onnx.helper.get_attribute_value(a) for a in op.attribute}
    for dtype in torch.float32, torch.float64:
        ours = run(*(torch.tensor(a, dtype=dtype) for a in inputs), **given)
        theirs = tuple(torch.tensor(a, dtype=dtype) for a in expected)
        limits = {"rtol": case.rtol, "atol": case.atol}
        torch.testing.assert_close(ours, theirs, **limits)
    pairs = zip(ours, theirs, strict=True)
    worst = max(float((a - b).abs().max()) for a, b in pairs)
    print(f"{case.name:51} {worst:.0e}")
