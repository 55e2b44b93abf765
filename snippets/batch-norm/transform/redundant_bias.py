"""Does a bias before batch normalisation change anything?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, target = torch.randn(32, 10), torch.randn(32, 4)

for name, between in ("", nn.Identity()), ("ReLU, ", nn.ReLU()):
    linear = nn.Linear(10, 4)
    model = nn.Sequential(linear, between, nn.BatchNorm1d(4))
    before = model(x)
    before.backward(target)
    assert linear.weight.grad.abs().max() > 0.1
    slope = linear.bias.grad.abs().max()
    with torch.no_grad():
        linear.bias += 100 * torch.randn(4)
    if (model(x) - before).abs().max() < 1e-10:
        assert slope < 1e-10
        told = "shifted bias, same output; gradient of the bias: zero"
    else:
        assert slope > 0.1
        told = "the bias is not redundant"
    print(f"Linear, {name}BN: {told}")
