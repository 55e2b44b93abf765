"""Does batch normalisation undo a shift of the biases, in either mode?"""

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

x = torch.randn(200, 20)
layer, norm = nn.Linear(20, 50), nn.BatchNorm1d(50)


def rms_slope():
    z = norm(layer(x)).detach().requires_grad_()
    (slope,) = torch.autograd.grad(torch.sigmoid(z).sum(), z)
    return slope.square().mean().sqrt().item()


trained = []
print("shift  rms slope: training  fresh, evaluation")
for shift in (0.0, 5.0, -5.0):
    nn.init.constant_(layer.bias, shift)
    row = []
    for mode in (True, False):
        norm.train(mode).reset_running_stats()
        row.append(rms_slope())
    print(f"{shift:5.0f} {row[0]:20.3f} {row[1]:18.3f}")
    trained.append(row[0])
assert max(trained) < min(trained) + 1e-12
