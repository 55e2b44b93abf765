"""Which activations saturate, and which have a bounded derivative?"""

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)

functions = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky relu": F.leaky_relu,
    "softplus": F.softplus,
    "silu": F.silu,
    "gelu": F.gelu,
    "identity": lambda z: z,
    "signed root": lambda z: z.sign() * z.abs().sqrt(),
    "cube": lambda z: z**3,
}


def slope(phi, z):
    z = z.clone().requires_grad_()
    (grad,) = torch.autograd.grad(phi(z).sum(), z)
    return grad


close = torch.logspace(-14, 1, 1501)  # down to 1e-14 from zero, on each side
close = torch.cat([-close, close])
far = torch.tensor([-1e8, 1e8])
print("             max slope  slope at -1e8, +1e8  bounded  saturates")
for name, phi in functions.items():
    left, right = slope(phi, far).abs().tolist()
    largest = max(slope(phi, close).abs().max().item(), left, right)
    bounded = largest < 1e3
    sides = [left < 1e-3, right < 1e-3]
    where = {(1, 1): "both", (1, 0): "left", (0, 0): "no"}[tuple(sides)]
    shown = f"{largest:9.3f}" if bounded else "unbounded"
    print(f"{name:11s}  {shown}  {left:9.2g} {right:9.2g}", end="  ")
    print(f"{'yes' if bounded else 'no':>7s}  {where:>9s}")
