"""How does the rate of a leaky ReLU depend on its slope?"""

from math import log, pi, sqrt

import torch

torch.set_default_dtype(torch.float64)
step = 1e-3
z = torch.arange(-12, 12, step) + step / 2  # midpoints, none of them at 0
density = torch.exp(-z.square() / 2) / sqrt(2 * pi) * step


def rate(a):
    """Mean square slope over variance, by the midpoint rule."""
    slope = torch.where(z > 0, 1.0, a)
    mean = (density * slope * z).sum()
    variance = (density * (slope * z - mean) ** 2).sum()
    return ((density * slope**2).sum() / variance).item()


print("a         rate   layers until the norm has grown a hundredfold")
for a in (-1.0, -0.5, 0.0, 0.01, 0.2, 0.5, 0.9):
    exact = (1 + a**2) / (1 + a**2 - (1 - a) ** 2 / pi)
    assert abs(rate(a) - exact) < 1e-6
    print(f"{a:5.2f} {exact:8.4f} {2 * log(100) / log(exact):8.0f}")
