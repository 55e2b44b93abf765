"""Can batch normalisation be folded into the convolution after it?"""

import torch
from torch import nn
from torch.nn.functional import conv2d, pad

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
norm, conv = nn.BatchNorm2d(3).eval(), nn.Conv2d(3, 4, 3, padding=1)
for tensor in (norm.running_mean, norm.running_var, *norm.parameters()):
    tensor.data = 0.5 + torch.rand(3)
x = torch.randn(2, 3, 8, 8)
target = conv(norm(x))

scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
shift = norm.bias - norm.running_mean * scale
weight = conv.weight * scale.view(1, 3, 1, 1)
bias = conv.bias + (conv.weight * shift.view(1, 3, 1, 1)).sum((1, 2, 3))
y = conv2d(x, weight, bias, padding=1)

error = (y - target).abs().amax((0, 1))  # one number for each position
wrong, border = error > 1e-13, torch.ones(8, 8, dtype=torch.bool)
border[1:-1, 1:-1] = False
assert torch.equal(wrong, border)
print(f"zero padding: {wrong.sum()} of 64 positions are wrong", end="")
print(f", by up to {error.max():.2f}; inside, none is")

# Zeros behind the norm are the value -shift / scale before it: pad with that.
value = (-shift / scale).view(1, 3, 1, 1)
y = conv2d(pad(x - value, (1, 1, 1, 1)) + value, weight, bias)
torch.testing.assert_close(y, target, rtol=0, atol=1e-13)
print("padded with the value that the norm sends to zero: equal everywhere")
