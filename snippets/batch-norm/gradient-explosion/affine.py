"""Do the rates change if the activation is scaled and shifted?"""

from math import pi, sqrt

import torch

torch.set_default_dtype(torch.float64)
step = 1e-3
z = torch.arange(-12, 12, step) + step / 2
density = torch.exp(-z.square() / 2) / sqrt(2 * pi) * step


def two_rates(phi):
    """Rates with batch and with layer normalisation."""
    x = z.clone().requires_grad_()
    h = phi(x)
    (slope,) = torch.autograd.grad(h.sum(), x)
    growth, h = (density * slope**2).sum(), h.detach()
    square, mean = (density * h**2).sum(), (density * h).sum()
    return growth / (square - mean**2), growth / square


bn, ln = two_rates(lambda x: torch.tanh(x / 2))
print("a tanh(z / 2) + b:  a     b        BN        LN")
for a, b in (1, 0), (0.5, 0.5), (-3, 0), (1, 2):
    rates = two_rates(lambda x, a=a, b=b: a * torch.tanh(x / 2) + b)
    torch.testing.assert_close(rates[0], bn, rtol=1e-9, atol=0)
    assert (b == 0) == (abs(rates[1] / ln - 1) < 1e-9)
    print(f"{a:21} {b:5} {rates[0]:9.6f} {rates[1]:9.6f}")
sigmoid = two_rates(torch.sigmoid)  # a = b = 1 / 2
torch.testing.assert_close(sigmoid[0], bn, rtol=1e-9, atol=0)
