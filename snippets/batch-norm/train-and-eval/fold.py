"""Can batch normalisation be folded into the layer before it?"""

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def fold(layer, norm):
    """Give the layer the weight and the bias that do the work of both."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    weight, bias = layer.weight, layer.bias
    if isinstance(layer, nn.ConvTranspose2d):  # (in, out / groups, H, W)
        scales = scale.chunk(layer.groups)
        parts = zip(weight.chunk(layer.groups), scales, strict=True)
        weight = torch.cat([w * s.view(1, -1, 1, 1) for w, s in parts])
    else:  # (out, in) or (out, in / groups, H, W)
        weight = weight * scale.view(-1, *[1] * (weight.dim() - 1))
    bias = 0 if bias is None else bias
    layer.weight = nn.Parameter(weight)
    layer.bias = nn.Parameter((bias - norm.running_mean) * scale + norm.bias)


image, rows = torch.randn(4, 6, 9, 9), torch.randn(4, 6)
for x, layer in (
    (rows, nn.Linear(6, 8)),
    (image, nn.Conv2d(6, 8, 3, padding=1, bias=False)),
    (image, nn.Conv2d(6, 8, 3, padding=2, stride=2, dilation=2, groups=2)),
    (image, nn.Conv2d(6, 8, 3, padding=1, padding_mode="reflect")),
    (image, nn.ConvTranspose2d(6, 8, 3, stride=2, padding=1)),
    (image, nn.ConvTranspose2d(6, 8, 3, stride=2, padding=1, groups=2)),
):
    norm = nn.BatchNorm1d(8) if x is rows else nn.BatchNorm2d(8)
    for tensor in (norm.running_mean, norm.running_var, *norm.parameters()):
        tensor.data = 0.5 + torch.rand(8)
    norm.eval()
    target = norm(layer(x))
    fold(layer, norm)
    torch.testing.assert_close(layer(x), target, rtol=0, atol=1e-14)
    print(f"{type(layer).__name__}, {tuple(layer.weight.shape)}: equal")

try:  # torch's own helper, for the last of these
    fuse_conv_bn_eval(layer.eval(), norm, transpose=True)
except RuntimeError:
    print("torch's helper: an error for a transposed convolution with groups")
