"""Do two examples far from the mean get opposite noise?"""

import torch
from torch.distributions import Chi2

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
draws, sizes = (400_000,), (32, 64, 128)


def correlation(a, b, B):
    """Of the normalised a and b, in batches with B - 2 Gaussian values."""
    mean = torch.randn(draws) / (B - 2) ** 0.5  # of those values
    scatter = Chi2(torch.tensor(B - 3.0)).sample(draws)  # about that mean
    mu = (a + b + (B - 2) * mean) / B
    s2 = (a**2 + b**2 + scatter + (B - 2) * mean**2) / B - mu**2
    x_hat = (torch.tensor([[a], [b]]) - mu) / s2.sqrt()
    return torch.corrcoef(x_hat)[0, 1].item()


print("   a     b   first order   B = 32    64   128   B times the gap")
for a, b in (1.0, -1.5), (1.0, -3.0), (1.0, -1.0), (2.0, -2.0), (3.0, -3.0):
    theory = (2 + a * b) / ((2 + a**2) * (2 + b**2)) ** 0.5
    rho = [correlation(a, b, B) for B in sizes]
    scaled = [B * (r - theory) for B, r in zip(sizes, rho, strict=True)]
    assert (rho[-1] < 0) == (a * b < -2)
    limit = 2 * rho[2] - rho[1]  # as if the gap were c / B
    assert abs(limit - theory) < 0.02
    if b == -a:
        exact = (2 - a**2) / (2 + a**2)
        assert abs(limit - exact) < 0.02
        assert abs(scaled[1] - scaled[2]) < 0.4  # so the gap falls as 1 / B
    row = "".join(f"{r:6.2f}" for r in rho)
    print(f"{a:4} {b:5} {theory:13.2f}   {row} {scaled[-1]:17.1f}")
