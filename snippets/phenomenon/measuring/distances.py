"""What do two moments see of a shift, and what do they miss?"""

import torch
from torch.distributions import Exponential, Normal, kl_divergence

torch.set_default_dtype(torch.float64)

n = 1_000_000
u = (torch.arange(n) + 0.5) / n  # a fine grid of probabilities
p = Normal(0.0, 1.0).icdf(u)  # quantiles of N(0, 1)


def row(name, q):
    w1 = (q - p).abs().mean()
    w2 = (q - p).pow(2).mean().sqrt()
    moved = (q.mean() - p.mean()).pow(2)
    scaled = (q.std(correction=0) - p.std(correction=0)).pow(2)
    gaussian = (moved + scaled).sqrt()
    assert gaussian <= w2 + 1e-12 and w1 <= w2
    print(f"{name:18s} {w1:.3f}  {w2:.3f}  {gaussian:.3f}")
    return w2, gaussian


print("N(0, 1) against     W1     W2    from moments")
w2, gaussian = row("N(0.3, 1.2^2)", Normal(0.3, 1.2).icdf(u))
torch.testing.assert_close(w2, gaussian, rtol=0, atol=1e-12)
torch.testing.assert_close(
    w2.item(), (0.3**2 + 0.2**2) ** 0.5, rtol=0, atol=1e-4
)
w2, gaussian = row("Exp(1) - 1", Exponential(1.0).icdf(u) - 1)
assert gaussian < 1e-3 < w2

mean, std = 0.3, 1.2
closed = torch.log(torch.tensor(1 / std)) + (std**2 + mean**2) / 2 - 0.5
kl = kl_divergence(Normal(mean, std), Normal(0.0, 1.0))
torch.testing.assert_close(kl, closed, rtol=0, atol=1e-12)
reverse = kl_divergence(Normal(0.0, 1.0), Normal(mean, std))
print(f"\nKL(N(0.3, 1.2^2), N(0, 1)) = {kl:.4f}, and reversed {reverse:.4f}")
