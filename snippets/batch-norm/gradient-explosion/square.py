"""What is the rate of the square, and do deep networks stay there?"""

from fractions import Fraction
from math import pi

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def rate(B):
    """The rate at a finite batch size, for phi(x) = x^2, in fractions."""
    fourth = Fraction(3 * (B - 1), B + 1)  # E x_1^4, of a point on a sphere
    mixed = (B - fourth) / (B - 1)  # E x_1^2 x_2^2: the x_i^2 add up to B
    kappa = fourth - mixed
    slopes = 4 * (B - 1) + 4 * Fraction(-1, B - 1) - 4 * fourth + 4 * mixed
    return slopes / ((B - 3) * kappa)


for B in range(4, 1000):
    assert rate(B) == Fraction(2 * (B - 1), B - 3)
print("exact for all batches from 4 to 999; B = 4:", rate(4))

print("share of all squares that the largest example holds, 3 networks")
print("            layer 1     5    10    20    40     1 / B")
N, depth = 512, 40
weights = [torch.randn(3, N, N) / N**0.5 for _ in range(depth)]
for name in "square", "relu":
    for B in 4, 6, 8, 32, 128:
        h, largest = torch.randn(3, B, N), []
        for weight in weights:
            z = h @ weight
            z = z - z.mean(1, keepdim=True)
            x = z / z.square().mean(1, keepdim=True).sqrt()
            share = x.square().mean(2) / B  # of each example, sums to 1
            largest.append(share.amax(1).mean().item())
            h = getattr(torch, name)(x)
        row = "".join(f"{largest[k - 1]:6.2f}" for k in (1, 5, 10, 20, 40))
        print(f"{name:6} B = {B:3}  {row} {1 / B:9.2f}")

s, sizes = 1.1, []  # of one ReLU example among many whose deviation is 1
for _ in range(80):
    s = (s**2 + (s - 1) ** 2 / (pi - 1)) ** 0.5
    sizes.append(s)
print(f"ReLU, 1.1 after 40 layers: {sizes[39]:.2f}, after 80: {sizes[79]:.0f}")
