"""What do ten layers of sigmoids do to a gradient?"""

import numpy as np
import torch

torch.set_default_dtype(torch.float64)

node = np.linspace(-12, 12, 2401)
mass = np.exp(-(node**2) / 2) / np.sqrt(2 * np.pi) * 0.01


def moments(q):
    """E h^2, E slope and E slope^2 for a pre-activation of variance q."""
    h = 1 / (1 + np.exp(-np.sqrt(q) * node))
    slope = h * (1 - h)
    return mass @ h**2, mass @ slope, mass @ slope**2


print(f"10th power of E slope, {moments(1)[1]:.6f}: ", end="")
print(f"{moments(1)[1] ** 10:.1e};  of 0.25: {0.25**10:.1e}")

n, depth = 400, 10
print("weight variance x n  variance of z  factor   10 layers  measured")
for gain in (1.0, 1 / moments(1)[0], 100.0, 150.0):
    q = 1.0
    for _ in range(100):
        q = gain * moments(q)[0]  # the variance that a layer hands on
    factor = np.sqrt(gain * moments(q)[2])  # of the gradient norm, a layer
    if gain >= 100:
        print(f"{gain:19.4f}  {q:13.4f}  {factor:.4f}", end="  ")
        print(f"{factor**depth:10.1e}")
        continue
    logs = []
    for seed in range(5):
        torch.manual_seed(seed)
        start = (q**0.5 * torch.randn(n)).requires_grad_()
        z = start
        for _ in range(depth):
            z = torch.randn(n, n) * (gain / n) ** 0.5 @ torch.sigmoid(z)
        cotangent = torch.randn(n)
        (grad,) = torch.autograd.grad(z @ cotangent, start)
        logs.append((grad.norm() / cotangent.norm()).log().item())
    measured = np.exp(np.mean(logs))
    print(f"{gain:19.4f}  {q:13.4f}  {factor:.4f}", end="  ")
    print(f"{factor**depth:10.1e}  {measured:8.1e}")
    assert abs(np.mean(logs) / depth - np.log(factor)) < 0.02
