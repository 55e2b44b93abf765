"""What is the rate of the gradient for each activation, in large batches?"""

from math import asin, pi, sqrt, tanh

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
step = 4e-4
z = torch.arange(-12, 12, step) + step / 2  # midpoints, none of them at 0
density = torch.exp(-z.square() / 2) / sqrt(2 * pi) * step


def gaussian_mean(values):
    """Mean over a standard normal variable."""
    return (density * values).sum().item()


def two_rates(phi):
    """Rates with batch and with layer normalisation."""
    x = z.clone().requires_grad_()
    h = phi(x)
    slope = torch.autograd.grad(h.sum(), x)[0]
    mean, square = gaussian_mean(h), gaussian_mean(h**2)
    growth = gaussian_mean(slope**2)
    return growth / (square - mean**2), growth / square


erf_rate = 2 * sqrt(3) / pi
exact = {  # batch norm, layer norm
    "linear": (torch.clone, 1, 1),
    "erf(z/√2)": (lambda x: torch.erf(x / sqrt(2)), erf_rate, erf_rate),
    "erf": (torch.erf, 2 / sqrt(5) / asin(2 / 3), 2 / sqrt(5) / asin(2 / 3)),
    "tanh": (torch.tanh, None, None),
    "sigmoid": (torch.sigmoid, None, None),
    "SiLU": (F.silu, None, None),
    "sin": (torch.sin, 1 / tanh(1), 1 / tanh(1)),
    "GELU": (F.gelu, None, None),
    "ReLU": (torch.relu, pi / (pi - 1), 1),
    "square": (torch.square, 2, 4 / 3),
}
print("             BN, large batch   LN or RMS norm")
for name, (phi, bn, ln) in exact.items():
    rate, layer_rate = two_rates(phi)
    if bn:
        assert abs(rate - bn) < 1e-7
        assert abs(layer_rate - ln) < 1e-7
    assert rate > 1.01 or name == "linear"
    print(f"{name:9} {rate:16.6f} {layer_rate:16.6f}")
