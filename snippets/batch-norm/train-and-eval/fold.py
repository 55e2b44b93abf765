"""Can batch normalisation be folded into the layer before it?"""

import copy

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def fold(layer, norm):
    """Return a layer that does the work of both: no norm behind it."""
    if norm.training or norm.running_mean is None:
        raise ValueError("only stored statistics can be folded")
    scale = torch.rsqrt(norm.running_var + norm.eps)
    scale = scale if norm.weight is None else scale * norm.weight
    weight, bias = layer.weight, 0 if layer.bias is None else layer.bias
    bias = (bias - norm.running_mean) * scale
    bias = bias if norm.bias is None else bias + norm.bias
    if getattr(layer, "transposed", False):  # (in, out / groups, ...)
        shape = [1, -1] + [1] * (weight.dim() - 2)
        scales = scale.chunk(layer.groups)
        parts = zip(weight.chunk(layer.groups), scales, strict=True)
        weight = torch.cat([w * s.view(shape) for w, s in parts])
    else:  # (out, in) or (out, in / groups, ...)
        weight = weight * scale.view([-1] + [1] * (weight.dim() - 1))
    folded = copy.deepcopy(layer)
    folded.weight, folded.bias = nn.Parameter(weight), nn.Parameter(bias)
    return folded


image, rows = torch.randn(4, 6, 9, 9), torch.randn(4, 6)
for x, layer in (
    (rows, nn.Linear(6, 8)),
    (image, nn.Conv2d(6, 8, 3, padding=1, bias=False)),
    (image, nn.Conv2d(6, 8, 3, padding=2, stride=2, dilation=2, groups=2)),
    (image, nn.Conv2d(6, 8, 3, padding=1, padding_mode="reflect")),
    (image, nn.ConvTranspose2d(6, 8, 3, stride=2, padding=1)),
    (image, nn.ConvTranspose2d(6, 8, 3, stride=2, padding=1, groups=2)),
):
    for affine in (True, False):
        norm = nn.BatchNorm1d if x is rows else nn.BatchNorm2d
        model = nn.Sequential(layer, norm(8, affine=affine)).eval()
        norm = model[1]
        for tensor in (
            norm.running_mean,
            norm.running_var,
            *norm.parameters(),
        ):
            tensor.data = 0.5 + torch.rand_like(tensor)
        target = model(x)
        model[0], model[1] = fold(*model), nn.Identity()
        torch.testing.assert_close(model(x), target, rtol=0, atol=1e-14)
    print(f"{type(layer).__name__}, {tuple(layer.weight.shape)}: equal")

try:  # torch's own helper, for the last of these
    fuse_conv_bn_eval(layer.eval(), norm, transpose=True)
except RuntimeError:
    print("torch's helper: an error for a transposed convolution with groups")
