"""Does a bias before batch normalisation change anything?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, target = torch.randn(32, 10), torch.randn(32, 4)
linear, norm = nn.Linear(10, 4), nn.BatchNorm1d(4)

before = norm(linear(x))
(before * target).sum().backward()
assert linear.weight.grad.abs().max() > 0.1
assert linear.bias.grad.abs().max() < 1e-10
with torch.no_grad():
    linear.bias += 100 * torch.randn(4)
torch.testing.assert_close(norm(linear(x)), before, rtol=0, atol=1e-10)
print("Linear, BN: shifted bias, same output; gradient of the bias: zero")

linear = nn.Linear(10, 4)  # with a ReLU in between, the bias matters
before = norm(torch.relu(linear(x)))
with torch.no_grad():
    linear.bias += 1
assert (norm(torch.relu(linear(x))) - before).abs().max() > 0.1
print("Linear, ReLU, BN: the bias is not redundant")
