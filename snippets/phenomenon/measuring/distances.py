"""What does each distance see of a shift, and what does it miss?"""

import torch
from torch.distributions import Exponential, Normal

torch.set_default_dtype(torch.float64)

n = 1_000_000
u = (torch.arange(n) + 0.5) / n  # a fine grid of probabilities
grid = torch.linspace(-40, 60, 1_000_001)  # and one of values
normal = Normal(0.0, 1.0)
p = normal.icdf(u)  # quantiles of N(0, 1)
step = grid[1] - grid[0]


def kl(a, b):
    """Integrate a log(a / b) on the grid, given the log densities."""
    terms = torch.where(a > -700, a.exp() * (a - b), 0)
    return terms.sum() * step


def row(name, p, q, log_p, log_q):
    w1 = (q - p).abs().mean()
    w2 = (q - p).pow(2).mean().sqrt()
    moved = (q.mean() - p.mean()).pow(2)
    scaled = (q.std(correction=0) - p.std(correction=0)).pow(2)
    gaussian = (moved + scaled).sqrt()
    assert gaussian <= w2 + 1e-12 and w1 <= w2 + 1e-12
    for z, log in ((p, log_p), (q, log_q)):  # sample and density agree
        mass = log.exp() * step
        assert abs(mass.sum() - 1) < 2e-4
        assert abs(mass @ grid - z.mean()) < 2e-4
    forward, reverse = kl(log_p, log_q), kl(log_q, log_p)
    print(f"{name:24s} {w1:.3f}  {w2:.3f}  {gaussian:.3f}", end="    ")
    print(f"{forward:8.3f}  {reverse:8.3f}")
    return w2, gaussian, forward, reverse


log_p = normal.log_prob(grid)
print("P against Q                W1     W2  moments    KL(P,Q)   KL(Q,P)")
for mean, std in ((0.3, 1.2), (0.03, 1.0), (0.0, 0.1)):
    q = Normal(mean, std)
    name = f"N(0, 1), N({mean}, {std}^2)"
    found = row(name, p, q.icdf(u), log_p, q.log_prob(grid))
    closed = torch.tensor([(mean**2 + (std - 1) ** 2) ** 0.5] * 2)
    torch.testing.assert_close(
        torch.stack(found[:2]), closed, rtol=0, atol=1e-4
    )
    ratio = torch.tensor(1 / std)
    closed = ratio.log() + (std**2 + mean**2 - 1) / 2  # of Q from P
    torch.testing.assert_close(found[3], closed, rtol=0, atol=1e-9)

rare = p.clone()
rare[500::1000] += 30  # one example in a thousand moves, by 30
far = Normal(30.0, 1.0).log_prob(grid) + torch.tensor(0.001).log()
log_q = torch.logaddexp(log_p + torch.tensor(0.999).log(), far)
row("1 in 1000 moves by 30", p, rare.sort().values, log_p, log_q)

q = Exponential(1.0)
inside = grid > -1
log_q = torch.where(inside, -1 - grid, -torch.inf)
w2, gaussian, *_ = row("N(0, 1), Exp(1) - 1", p, q.icdf(u) - 1, log_p, log_q)
assert gaussian < 1e-3 < w2

log_p = torch.where((grid > 0) & (grid < 1), 0, -torch.inf)
log_q = torch.where((grid > 0.001) & (grid < 1.001), 0, -torch.inf)
row("U(0, 1), moved by 0.001", u, u + 0.001, log_p, log_q)
