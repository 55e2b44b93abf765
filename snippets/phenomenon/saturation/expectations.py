"""What are the mean output, slope and squared slope of six activations?"""

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
Phi = torch.special.ndtr  # distribution function of N(0, 1)


def density(z):
    return torch.exp(-(z**2) / 2) / (2 * torch.pi) ** 0.5


def ramp(mu, sigma):  # E relu(mu + sigma Z)
    return mu * Phi(mu / sigma) + sigma * density(mu / sigma)


def gelu(mu, sigma):  # E gelu(mu + sigma Z), and the mean slope
    tau = (1 + sigma**2).sqrt()
    m = mu / tau
    mean = mu * Phi(m) + sigma**2 / tau * density(m)
    return mean, Phi(m) + m / tau**2 * density(m)


def closed(name, mu, sigma):
    if name == "relu":
        return ramp(mu, sigma), Phi(mu / sigma)
    if name == "gelu":
        return gelu(mu, sigma)
    mean = ramp(mu + 1, sigma) - ramp(mu - 1, sigma) - 1
    return mean, Phi((mu + 1) / sigma) - Phi((mu - 1) / sigma)


node, weight = map(torch.tensor, np.polynomial.legendre.leggauss(16))


def split(phi, kinks, mu, sigma):
    """The means by Gauss-Legendre, piece by piece between the kinks."""
    # beyond 12 sigma there is no mass, whatever a kink there adds
    edges = mu + sigma * torch.linspace(-12, 12, 97)
    edges = torch.cat([edges, torch.tensor(kinks)]).sort().values
    half = edges.diff()[:, None] / 2
    x = (edges[:-1, None] + half * (1 + node)).requires_grad_()
    mass = half * weight * density((x.detach() - mu) / sigma) / sigma
    y = phi(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    return [(mass * part).sum() for part in (y.detach(), slope, slope**2)]


functions = {
    "sigmoid": (torch.sigmoid, []),
    "tanh": (torch.tanh, []),
    "hard tanh": (F.hardtanh, [-1.0, 1.0]),
    "relu": (F.relu, [0.0]),
    "gelu": (F.gelu, []),
    "silu": (F.silu, []),
}
print("           means of output, slope, squared slope; sigma = 1")
print("           mu = -3                mu = 0                mu = 3")
for name, (phi, kinks) in functions.items():
    if name in ("relu", "gelu", "hard tanh"):
        for mu in torch.tensor([-5.0, -1.0, 0.0, 0.3, 4.0]):
            for sigma in torch.tensor([0.1, 1.0, 4.0]):
                torch.testing.assert_close(
                    torch.stack(closed(name, mu, sigma)),
                    torch.stack(split(phi, kinks, mu, sigma)[:2]),
                    rtol=0,
                    atol=1e-12,
                )
    cells = [split(phi, kinks, mu, 1.0) for mu in (-3.0, 0.0, 3.0)]
    print(f"{name:9s}  ", end="")
    row = (f"{a + 1e-9:6.3f} {b:6.3f} {c:6.3f}" for a, b, c in cells)
    print("  ".join(row))
