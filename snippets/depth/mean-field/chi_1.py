"""Which activations keep a squared gradient level, and at which weights?"""

import numpy as np
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)


def chi_1(phi, var_w, var_b, layers=30, q=1.0):
    """Mean square after so many wide layers, the gradient's factor there."""
    z, mass = np.polynomial.hermite_e.hermegauss(200)
    z, mass = torch.tensor(z), torch.tensor(mass / mass.sum())
    for _ in range(layers):
        q = var_w * mass @ phi(q**0.5 * z) ** 2 + var_b
    u = (q**0.5 * z).requires_grad_()
    (slope,) = torch.autograd.grad(phi(u).sum(), u)
    return float(q), float(var_w * mass @ slope**2)


print("            sigma_w^2  sigma_b^2  mean square   factor of")
print("                                  at layer 30    gradient")
for phi, var_w, var_b in (
    (F.relu, 2.0, 0.0),
    (torch.tanh, 1 / 3, 1 / 768),  # torch's default for 256 units
    (torch.tanh, 1.2**2, 0.0),
    (torch.tanh, 1.0, 0.0),
    (torch.tanh, 1.76, 0.05),
    (torch.tanh, 25 / 9, 0.0),
    (F.gelu, 2.0, 0.0),
    (F.silu, 2.0, 0.0),
):
    q, chi = chi_1(phi, var_w, var_b)
    print(f"{phi.__name__:10} {var_w:10.2f} {var_b:10.2f}", end="")
    print(f"{q:13.1e} {chi:11.2f}")

print("the edge of chaos at q*    sigma_w^2  sigma_b^2      V'(q*)")
z, mass = map(torch.tensor, np.polynomial.hermite_e.hermegauss(200))
mass = mass / mass.sum()
for phi, edge in (
    (torch.tanh, 1.0),
    (F.gelu, 1.0),
    (F.gelu, 8.0),
    (F.silu, 1.0),
):
    q = torch.tensor(edge, requires_grad=True)
    u = q**0.5 * z
    mean = mass @ phi(u) ** 2
    (slope,) = torch.autograd.grad(phi(u).sum(), u, retain_graph=True)
    (growth,) = torch.autograd.grad(mean, q)
    var_w = 1 / (mass @ slope**2)
    print(f"{phi.__name__:10} {edge:12.0f} {var_w:12.2f}", end="")
    print(f"{edge - var_w * mean:11.2f} {var_w * growth:11.2f}")
