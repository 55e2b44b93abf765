"""Does an empirical distance see the distribution, or the sample?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
angle = torch.tensor(0.02)  # each point moves by 0.02 (root mean square)

print("points    W2 of the sample  from its moments")
for n in (100, 1_000, 10_000, 100_000):
    p = torch.randn(20, n)  # 20 repetitions
    q = angle.cos() * p + angle.sin() * torch.randn(20, n)  # N(0, 1) again
    w2 = (q.sort(1).values - p.sort(1).values).pow(2).mean(1).sqrt()
    moved = (q.mean(1) - p.mean(1)).pow(2)
    scaled = (q.std(1, correction=0) - p.std(1, correction=0)).pow(2)
    gaussian = (moved + scaled).sqrt()
    assert (gaussian <= w2).all()  # and both tend to 0, the true distance
    print(f"{n:7d}   {w2.mean():.4f}            {gaussian.mean():.4f}")
