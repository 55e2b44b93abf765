"""What is the rate at a given batch size, for any activation?"""

from math import acos, pi, sqrt

import torch
from scipy.special import roots_jacobi
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)


def rule(nodes, power):
    """Gauss rule for a weight (1 - t^2)^power, which need not sum to 1."""
    return map(torch.tensor, roots_jacobi(nodes, power, power))


def batch_norm_rate(phi, B, nodes=150):
    """Rate of the squared gradient, by quadrature over two examples."""
    t, w_t = rule(nodes, (B - 4) / 2)
    s, w_s = rule(nodes, (B - 5) / 2)
    c = -1 / (B - 1)
    x = sqrt(B - 1) * t[:, None].expand(nodes, nodes)
    y = c * x + sqrt((1 - c * c) * (B - 1)) * (1 - t[:, None] ** 2).sqrt() * s
    x, y = x.clone().requires_grad_(), y.requires_grad_()
    h, k = phi(x), phi(y)
    (a,) = torch.autograd.grad(h.sum(), x)
    (b,) = torch.autograd.grad(k.sum(), y)
    mean = torch.stack([h * h - h * k, a * a, a * b, (x * a) ** 2])
    mean = torch.cat([mean, (x * y * a * b)[None]]) * w_t[:, None] * w_s
    kappa, aa, ab, xaxa, xayb = mean.sum((1, 2)).tolist()
    return ((B - 1) * aa + ab - xaxa + xayb) / ((B - 3) * kappa)


def relu_rate(B):
    """Theorem 8 of Yang et al. (2019)."""
    c = -1 / (B - 1)
    slope = (pi - acos(c)) / pi
    J = (sqrt(1 - c * c) + (pi - acos(c)) * c) / pi
    first = (B - 1) * (slope + B - 1) / ((B - 3) * (B - 1) * (1 - J))
    return first - 1 / (B - 3)


# of rates.py
limit = {"linear": 1.0, "tanh": 1.177807, "gelu": 1.318844971}
limit |= {"sin": 1.31303529, "relu": 1.466942, "square": 2.0}
sizes = [4, 5, 8, 16, 32, 64, 128, 1024]
norms = ["norm over 50 layers:  B = 8       32      128    limit"]
print("B      " + "".join(f"{B:8}" for B in sizes[:-1]) + "   limit")
for name, r in limit.items():
    phi = {"linear": torch.clone, "gelu": F.gelu}.get(name)
    phi = phi or getattr(torch, name)
    rates = [batch_norm_rate(phi, B) for B in sizes]
    if name == "relu":  # it has a kink, which costs Gauss points digits
        for B, rate in zip(sizes, rates, strict=True):
            assert abs(rate - relu_rate(B)) < 5e-3
        rates = [relu_rate(B) for B in sizes]
    for B, rate in zip(sizes, rates, strict=True):
        least = (B - 2) / (B - 3)
        if name == "linear":  # where the bound is attained
            assert abs(rate - least) < 1e-11
        else:
            assert rate > least
        if name == "square":  # of degree two, and nothing else
            assert abs(rate - 2 * (B - 1) / (B - 3)) < 1e-9
    gaps = [rate - r for rate in rates[-2:]]  # to the limit, as 1 / B
    assert abs(gaps[0] / gaps[1] / 8 - 1) < 0.06
    row = "".join(f"{rate:8.5f}" for rate in [*rates[:-1], r])
    print(f"{name:7}{row}")
    four = [rates[k] ** 25 for k in (2, 4, 6)] + [r**25]
    norms.append(f"{name:18}" + "".join(f"{norm:9.2g}" for norm in four))
print("\n".join(norms))
