"""Which of its two variances does torch use, and which does it store?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = 3 * torch.randn(4, 5) + 2
norm = nn.BatchNorm1d(5, momentum=1.0)  # keep the last batch only
y = norm(x)

biased, unbiased = x.var(0, unbiased=False), x.var(0, unbiased=True)
torch.testing.assert_close(unbiased, biased * 4 / 3, rtol=1e-12, atol=0)
x_hat = (x - x.mean(0)) / torch.sqrt(biased + norm.eps)
torch.testing.assert_close(y, x_hat, rtol=0, atol=1e-12)
torch.testing.assert_close(norm.running_mean, x.mean(0), rtol=1e-12, atol=0)
torch.testing.assert_close(norm.running_var, unbiased, rtol=1e-12, atol=0)
print("normalised with the biased variance, 1/B")
print("stored in running_var: the unbiased variance, 1/(B - 1)")

gap = (norm.eval()(x) - y).abs().max() / y.abs().max()
print(f"same batch of 4, training against evaluation: {100 * gap:.0f} %")
