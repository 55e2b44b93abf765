"""Do three devices, with unequal shares, compute the norm of one batch?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
eps, d, counts = 1e-5, 5, [3, 8, 21]
x, g = 4 + 2 * torch.randn(32, d), torch.randn(32, d)  # g: gradient at y
gamma, beta = torch.rand(d) + 0.5, torch.randn(d)
leaves = [t.requires_grad_() for t in (x, gamma, beta)]
y = batch_norm(x, None, None, gamma, beta, training=True, eps=eps)
target = torch.autograd.grad(y, leaves, g)

with torch.no_grad():
    xs, gs = x.split(counts), g.split(counts)
    # Forward: each device sends its count, its mean and its sum of squares.
    sent = [(len(p), p.mean(0), ((p - p.mean(0)) ** 2).sum(0)) for p in xs]
    n, mean, m2 = 0, torch.zeros(d), torch.zeros(d)
    for n_k, mean_k, m2_k in sent:
        delta = mean_k - mean
        m2 = m2 + m2_k + delta**2 * n * n_k / (n + n_k)
        mean = mean + delta * n_k / (n + n_k)
        n = n + n_k
    var = m2 / n
    torch.testing.assert_close(var, x.var(0, correction=0), rtol=1e-12, atol=0)
    hats = [(p - mean) / torch.sqrt(var + eps) for p in xs]
    for hat, share in zip(hats, y.split(counts), strict=True):
        torch.testing.assert_close(
            gamma * hat + beta, share, rtol=0, atol=1e-12
        )

    # Backward: each device sends two sums for each unit.
    sum_g = sum(p.sum(0) for p in gs)
    sum_gh = sum((p * h).sum(0) for p, h in zip(gs, hats, strict=True))
    scale = gamma / torch.sqrt(var + eps)
    parts = [
        scale * (p - sum_g / n - h * sum_gh / n)
        for p, h in zip(gs, hats, strict=True)
    ]
    for ours, exact in zip(
        (torch.cat(parts), sum_gh, sum_g), target, strict=True
    ):
        torch.testing.assert_close(ours, exact, rtol=0, atol=1e-12)
    print("means and sums of squares: output and gradients of the one batch")

    average = sum(m / n_k for n_k, _, m in sent) / 3
    within = sum(m for _, _, m in sent) / n
    between = sum(n_k * (m - mean) ** 2 for n_k, m, _ in sent) / n
    torch.testing.assert_close(within + between, var, rtol=1e-12, atol=0)
    print("variance of unit 0:", f"{var[0]:.3f}", end=" ")
    print(f"(within {within[0]:.3f} + between {between[0]:.3f})")
    print(f"plain average of the three variances: {average[0]:.3f}")
