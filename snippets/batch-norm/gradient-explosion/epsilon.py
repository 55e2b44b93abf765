"""Can a large epsilon stop the explosion?"""

from math import pi, sqrt

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, N, B, skipped = 30, 256, 128, 15
step = 0.01
Z = torch.arange(-10, 10, step) + step / 2
density = torch.exp(-Z.square() / 2) / sqrt(2 * pi) * step


def moments(phi, rho):
    """Var phi(rho Z) and E phi'(rho Z)^2."""
    x = (rho * Z).requires_grad_()
    h = phi(x)
    (slope,) = torch.autograd.grad(h.sum(), x)
    h = h.detach()
    var = (density * h**2).sum() - (density * h).sum() ** 2
    return var.item(), (density * slope**2).sum().item()


def theory(phi, eps):
    """Iterate the variance, then read both factors."""
    v = 1.0
    for _ in range(1000):
        rho = sqrt(v / (v + eps))
        var, slope = moments(phi, rho)
        v, before = var, v
    return slope / (before + eps), v / before, v


def measured(phi, eps):
    """Growth of the squared gradient per layer in a wide network."""
    h, z = torch.randn(B, N, requires_grad=True), []
    for weight in weights:
        z.append(h @ weight)
        centred = z[-1] - z[-1].mean(0)
        h = phi(centred / (centred.square().mean(0) + eps).sqrt())
    pair = [z[skipped], z[-1]]
    low, high = torch.autograd.grad(h, pair, torch.randn(B, N))
    return (low.norm() / high.norm()) ** (2 / (depth - 1 - skipped))


weights = [torch.randn(N, N) / N**0.5 for _ in range(depth)]
print("          eps  gradient  measured  variance   (per layer)   at rest")
for name in ("tanh", "relu"):
    phi = getattr(torch, name)
    for eps in (1e-5, 0.2, 0.4, 0.6):
        back, forth, v = theory(phi, eps)
        assert back > forth
        rate = measured(phi, eps)
        assert abs(rate / back - 1) < 0.05
        print(f"{name:6} {eps:6.0e} {back:9.3f} {rate:9.2f}", end="")
        print(f" {forth:9.3f} {v:23.3f}")
for eps in (0.98, 0.99):  # tanh, near its end
    v = theory(torch.tanh, eps)[2]
    assert abs(v / ((1 - eps) / 3) - 1) < 0.6 * (1 - eps)
