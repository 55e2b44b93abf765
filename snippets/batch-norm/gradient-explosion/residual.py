"""What does a residual connection make of the explosion?"""

from math import exp, lgamma, pi

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N, B, seeds = 512, 128, 4
rate = pi / (pi - 1)


def theory(depth):
    """Product of 1 + r / (r + l) over the blocks, in closed form."""
    return exp(
        lgamma(2 * rate + depth)
        - lgamma(2 * rate)
        + lgamma(rate)
        - lgamma(rate + depth)
    )


def ratio(depth, skip):
    """Squared gradient at the input over that at the output."""
    h = torch.randn(B, N, requires_grad=True)
    x = h
    for _ in range(depth):
        x_hat = (x - x.mean(0)) / x.var(0, unbiased=False).sqrt()
        branch = torch.relu(x_hat) @ torch.randn(N, N) * (2 / N) ** 0.5
        x = skip * x + branch
    out = torch.randn(B, N)
    (gradient,) = torch.autograd.grad(x, h, out)
    return gradient.square().sum() / out.square().sum()


print("blocks     plain   residual    theory  (squared gradient)")
for depth in (10, 50):
    plain, residual = (
        torch.stack([ratio(depth, skip) for _ in range(seeds)]).log()
        for skip in (0, 1)
    )
    product = 1.0
    for block in range(depth):
        product *= 1 + rate / (rate + block)
    assert abs(product / theory(depth) - 1) < 1e-10
    assert abs(residual.exp().mean() / product - 1) < 0.05
    assert abs(theory(2e5) / theory(1e5) / 2**rate - 1) < 1e-4  # L^r
    plain, residual = plain.mean().exp(), residual.exp().mean()
    print(f"{depth:6} {plain:9.1e} {residual:10.0f} {product:9.0f}")
