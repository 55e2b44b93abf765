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
    if weight is not None:
        y = y * weight.view(per_channel)
    if bias is not None:
        y = y + bias.view(per_channel)
    return y.to(input.dtype)


def run(x, scale, bias, num_groups, epsilon=1e-5, stash_type=1):
    return (group_norm(x, num_groups, scale, bias, epsilon),)


cases = [
    (case, case.model.graph.node[0])
    for case in _NodeTestCases
    if case.model.graph.node[0].op_type == "GroupNormalization"
]
assert len(cases) == 2
for case, node in cases:
    [(inputs, expected)] = case.data_sets
    given = {
        a.name: onnx.helper.get_attribute_value(a) for a in node.attribute
    }
    for dtype in torch.float32, torch.float64:
        worst = 0.0
        outputs = run(*(torch.tensor(a, dtype=dtype) for a in inputs), **given)
        for ours, theirs in zip(outputs, expected, strict=True):
            theirs = torch.tensor(theirs, dtype=dtype)
            torch.testing.assert_close(
                ours, theirs, rtol=case.rtol, atol=case.atol
            )
            worst = max(worst, float((ours - theirs).abs().max()))
    print(f"{case.name:51} {worst:.0e}")
