"""Does rms_norm pass ONNX's test cases?"""

import onnx.backend.test.case.node.rmsnormalization
import torch
from onnx.backend.test.case.node import _NodeTestCases


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


def run(x, scale, axis, epsilon, stash_type):
    return (rms_norm(x, x.shape[axis:], scale, epsilon),)


schema = onnx.defs.get_schema("RMSNormalization")
cases = [case for case in _NodeTestCases if len(case.model.graph.node) == 1]
assert len(cases) == 19
for case in cases:
    [op], [(inputs, expected)] = case.model.graph.node, case.data_sets
    assert op.op_type == "RMSNormalization"
    defaults = {k: a.default_value for k, a in schema.attributes.items()}
    given = defaults | {a.name: a for a in op.attribute}
    given = {k: onnx.helper.get_attribute_value(a) for k, a in given.items()}
    for dtype in torch.float32, torch.float64:
        ours = run(*(torch.tensor(a, dtype=dtype) for a in inputs), **given)
        theirs = tuple(torch.tensor(a, dtype=dtype) for a in expected)
        limits = {"rtol": case.rtol, "atol": case.atol}
        torch.testing.assert_close(ours, theirs, **limits)
    pairs = zip(ours, theirs, strict=True)
    worst = max(float((a - b).abs().max()) for a, b in pairs)
    print(f"{case.name:51} {worst:.0e}")
