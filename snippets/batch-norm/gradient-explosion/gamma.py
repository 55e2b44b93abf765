"""What do gamma and beta buy, and what do they cost?"""

from math import log, pi, sqrt

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, skipped, N, B = 20, 5, 256, 128
weights = [torch.randn(12, N, N) / N**0.5 for _ in range(depth)]
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


def measured(phi):
    """Growth of the squared gradient per layer in twelve networks."""
    h, pre = torch.randn(12, B, N, requires_grad=True), []
    for weight in weights:
        pre.append(h @ weight)
        centred = pre[-1] - pre[-1].mean(1, keepdim=True)
        h = phi(centred / centred.square().mean(1, keepdim=True).sqrt())
    pair = [pre[skipped], pre[-skipped]]
    low, high = torch.autograd.grad(h, pair, torch.randn(12, B, N))
    ratio = low.square().sum((1, 2)) / high.square().sum((1, 2))
    return (ratio.log().mean() / (depth - 2 * skipped)).exp()


def hundredfold(rate):
    """Layers in which the norm, not its square, grows a hundredfold."""
    return 2 * log(100) / log(rate)


print("                     rate        layers for x 100   linear")
print("              limit  measured    limit   measured    share")
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
        network = measured(phi(scale))
        assert abs(network / rate - 1) < 0.02  # finite width and batch
        label = f"{name}, {scale:3}"
        print(f"{label:16} {rate:.4f} {network:6.2f} ", end="")
        print(f"{hundredfold(rate):10.0f} {hundredfold(network):9.0f}", end="")
        print(f"{share:12.3f}")
