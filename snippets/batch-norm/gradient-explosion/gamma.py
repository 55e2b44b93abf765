"""What do gamma and beta buy, and what do they cost?"""

from math import log, pi, sqrt

import torch

torch.set_default_dtype(torch.float64)
step = 1e-3
z = torch.arange(-12, 12, step) + step / 2
density = torch.exp(-z.square() / 2) / sqrt(2 * pi) * step


def rate_and_linear_share(phi):
    """Rate in large batches; share of the variance that is linear."""
    x = z.clone().requires_grad_()
    h = phi(x)
    (slope,) = torch.autograd.grad(h.sum(), x)
    h = h.detach()
    mean = (density * h).sum()
    variance = (density * (h - mean) ** 2).sum()
    linear = (density * z * h).sum() ** 2  # the square of a_1
    rate = (density * slope**2).sum() / variance
    return rate.item(), (linear / variance).item()


print("                    rate   layers for x 100   linear share")
for name, phi, scales in [
    ("tanh(g x)", lambda g: lambda x: torch.tanh(g * x), (4, 2, 1, 0.5, 0.2)),
    ("relu(x + b)", lambda b: lambda x: torch.relu(x + b), (0, 1, 2, 3)),
    ("leaky relu", lambda a: lambda x: torch.where(x > 0, x, a * x), (0.2,)),
]:
    for scale in scales:
        rate, share = rate_and_linear_share(phi(scale))
        if name == "leaky relu":  # Exercise 1
            a = scale
            exact = (1 + a**2) / (1 + a**2 - (1 - a) ** 2 / pi)
            assert abs(rate - exact) < 1e-6
        layers = 2 * log(100) / log(rate)
        label = f"{name}, {scale:3}"
        print(f"{label:17} {rate:7.4f} {layers:14.0f} {share:16.3f}")
