"""Which moments has the ReLU of a standard normal variable?"""

from math import pi, sqrt

import torch

torch.set_default_dtype(torch.float64)
z = torch.linspace(0, 12, 100_001)  # the ReLU is 0 below
density = torch.exp(-(z**2) / 2) / sqrt(2 * pi)
mean = torch.trapezoid(z * density, z).item()
var = torch.trapezoid(z**2 * density, z).item() - mean**2
assert abs(mean - 1 / sqrt(2 * pi)) < 1e-8
assert abs(var - (1 / 2 - 1 / (2 * pi))) < 1e-8
print(f"mean {mean:.4f}, variance {var:.4f}")
