"""How fast does the gradient grow with several layers in a branch?"""

from math import pi, prod, sqrt

import torch
from torch.nn.functional import layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N, B, r = 256, 128, pi / (pi - 1)


def bn(z):
    return layer_norm(z.T, (B,), eps=0.0).T


def growth(blocks, layers, linear_first=False):
    """Norm of the gradient at the input over that at the output."""
    h = torch.randn(B, N, requires_grad=True)
    x = h
    for _ in range(blocks):
        branch = x
        for _ in range(layers):
            W = torch.randn(N, N) * (2 / N) ** 0.5
            if linear_first:
                branch = bn(branch @ W).relu()
            else:
                branch = bn(branch).relu() @ W
        x = x + branch
    out = torch.randn(B, N)
    return torch.autograd.grad(x, h, out)[0].norm() / out.norm()


def theory(blocks, layers):
    return sqrt(prod(1 + r**layers / (r + k) for k in range(blocks)))


print("norm, input over output, 16 blocks")
print("BN, ReLU, linear  measured  theory")
for m in 1, 2, 3:
    norm = (growth(16, m) * growth(16, m)).sqrt()  # of two draws
    assert abs(norm / theory(16, m) - 1) < 0.2
    print(f"{m} in a branch {norm:13.0f}{theory(16, m):8.0f}")
print("linear, BN, ReLU")
for blocks in 16, 50:
    norm = (growth(blocks, 1, True) * growth(blocks, 1, True)).sqrt()
    print(f"1 in a branch {norm:13.0f}  {blocks} blocks")
