"""Which aggregation of the variance survives single precision?"""

import torch

torch.manual_seed(0)
x = 10_000 + torch.randn(4096, 8, dtype=torch.float64)
x = x.sort(0).values  # the shares have different means
exact = x.var(0, correction=0)
shares = x.float().chunk(4)
n = [len(share) for share in shares]

mean_of_squares = sum((share**2).sum(0) for share in shares) / sum(n)
mean = sum(share.sum(0) for share in shares) / sum(n)
naive = mean_of_squares - mean**2

means = torch.stack([share.mean(0) for share in shares])
within = torch.stack([share.var(0, correction=0) for share in shares]).mean(0)
pooled = within + means.var(0, correction=0)  # equal counts

for name, var, bound in (
    ("squares", naive, 0.1),
    ("means and M2", pooled, 1e-2),
):
    error = ((var - exact) / exact).abs().max()
    worse = error > bound
    print(
        f"{name:13} error {'above' if worse else 'below'} {100 * bound:.0f} %"
    )
assert ((naive - exact) / exact).abs().max() > 0.1
assert ((pooled - exact) / exact).abs().max() < 1e-2
