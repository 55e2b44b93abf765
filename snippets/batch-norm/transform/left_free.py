"""Which properties of two units does batch normalisation leave alone?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
eps, B = 0.5, 4000  # a large eps, so that its place is tested
label = torch.arange(B) % 2  # two classes
z = torch.randn(B, 2) @ torch.tensor([[1.0, 0.8], [0.0, 0.6]])
z = torch.exp(z) + 2 * label[:, None]  # skewed, correlated, two clusters
x_hat = batch_norm(z, None, None, training=True, eps=eps)

var, mean = torch.var_mean(z, 0, correction=0)
scale = torch.sqrt(var + eps)
for p in 2, 3, 4:  # central moments of the order p
    moment = ((z - mean) ** p).mean(0)
    exact = moment / scale**p
    measured = (x_hat**p).mean(0)
    torch.testing.assert_close(measured, exact, rtol=1e-10, atol=0)
    standardised = moment[0] / var[0] ** (p / 2)
    after = measured[0] / x_hat[:, 0].var(correction=0) ** (p / 2)
    torch.testing.assert_close(after, standardised, rtol=1e-10, atol=0)
    print(f"order {p}: standardised moment {standardised:6.2f}, same after BN")

covariance = torch.cov(z.T, correction=0)[0, 1]
measured = torch.cov(x_hat.T, correction=0)[0, 1]
exact = covariance / (scale[0] * scale[1])
torch.testing.assert_close(measured, exact, rtol=1e-10, atol=0)
before, after = torch.corrcoef(z.T)[0, 1], torch.corrcoef(x_hat.T)[0, 1]
torch.testing.assert_close(after, before, rtol=1e-10, atol=0)
print(f"correlation of the two units {before:.2f}, same after BN")

for k in 0, 1:  # the conditional distribution, here by its mean
    exact = (z[label == k].mean(0) - mean) / scale
    measured = x_hat[label == k].mean(0)
    torch.testing.assert_close(measured, exact, rtol=1e-10, atol=1e-12)
    print(f"mean within class {k}: {measured[0]:5.2f}")
