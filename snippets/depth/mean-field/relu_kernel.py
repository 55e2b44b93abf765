"""What does one ReLU layer make of the angle between two inputs?"""

import numpy as np
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
pieces, mass_a = np.polynomial.legendre.leggauss(40)
n = 400_000  # samples

print("            C(c) at He's gain             P(u, u' > 0)")
print("    c     formula   quadrature  sampled   formula   sampled")
for c in (-0.9, -0.5, 0.0, 0.5, 0.9, 0.99):
    theta = np.arccos(c)
    closed = (np.sin(theta) + (np.pi - theta) * np.cos(theta)) / np.pi
    # In polar coordinates u = r cos a and u' = r cos(a - theta) are both
    # positive for theta - pi/2 < a < pi/2. The mean of r^2 is 2.
    angle = theta / 2 + pieces * (np.pi - theta) / 2
    both = np.cos(angle) * np.cos(angle - theta)
    mean = 2 * (mass_a @ both) * (np.pi - theta) / 2 / (2 * np.pi)
    assert abs(2 * mean - closed) < 1e-14  # He's gain: sigma_w^2 = 2

    z1, z2 = torch.randn(2, n)
    u, v = z1, c * z1 + (1 - c * c) ** 0.5 * z2
    products = 2 * torch.relu(u) * torch.relu(v)
    sampled, error = products.mean(), products.std() / n**0.5
    share, orthant = ((u > 0) & (v > 0)).double().mean(), (np.pi - theta)
    orthant = orthant / (2 * np.pi)
    assert abs(sampled - closed) < 4 * error < 0.02  # four standard errors
    assert abs(share - orthant) < 4 * 0.5 / n**0.5
    print(
        f"{c:5.2f} {closed:11.6f} {2 * mean:12.6f} {sampled:8.3f}"
        f" {orthant:9.4f} {share:9.3f}"
    )
