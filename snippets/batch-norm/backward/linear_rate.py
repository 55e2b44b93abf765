"""By how much does one linear BN layer multiply a random gradient?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
draws = 200_000
print("m    mean of |dx|^2 / |g|^2    (m - 2) / (m - 3)    (m - 2) / m")
for m in 8, 16, 32:
    x, g = torch.randn(2, draws, m)
    centred = x - x.mean(1, keepdim=True)
    r = centred.square().mean(1, keepdim=True).sqrt()  # eps = 0
    x_hat = centred / r
    inner = (g * x_hat).mean(1, keepdim=True)
    dx = (g - g.mean(1, keepdim=True) - x_hat * inner) / r
    ratio = dx.square().sum(1) / m  # E |g|^2 = m
    exact, error = (m - 2) / (m - 3), ratio.std() / draws**0.5
    assert abs(ratio.mean() - exact) < 5 * error
    assert 5 * error < 0.3 / m  # sharp enough to tell it from (m - 1)/(m - 3)
    kept = (r * dx).square().sum(1).mean() / m
    assert abs(kept - (m - 2) / m) < 0.005
    print(f"{m:<4} {ratio.mean():14.2f} {exact:22.4f} {(m - 2) / m:20.4f}")
