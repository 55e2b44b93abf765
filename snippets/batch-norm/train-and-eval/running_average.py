"""What does running_mean hold after k batches?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
batches = 3 + 2 * torch.randn(40, 16, 5)  # 40 batches of 16 examples
norm = nn.BatchNorm1d(5)  # momentum 0.1
plain = nn.BatchNorm1d(5, momentum=None)
for x in batches:
    norm(x)
    plain(x)

alpha, k = norm.momentum, len(batches)
left = (1 - alpha) ** k
weights = alpha * (1 - alpha) ** torch.arange(k - 1.0, -1, -1)
assert abs(weights.sum() + left - 1) < 1e-12
means, variances = batches.mean(1), batches.var(1)  # unbiased variances
for r, r_0, values, average in (
    (norm.running_mean, 0, means, plain.running_mean),
    (norm.running_var, 1, variances, plain.running_var),
):
    expected = left * r_0 + weights @ values
    torch.testing.assert_close(r, expected, rtol=1e-12, atol=0)
    corrected = (r - left * r_0) / (1 - left)  # the initial value taken out
    target = weights @ values / weights.sum()
    torch.testing.assert_close(corrected, target, rtol=1e-12, atol=0)
    torch.testing.assert_close(average, values.mean(0), rtol=1e-12, atol=0)
print(f"weight of the last batch {weights[-1]:.3f},", end=" ")
print(f"the first {weights[0]:.4f}, the initial value {left:.4f}")
squares = alpha / (2 - alpha) * (1 - left**2)  # the sum of squared weights
assert abs((weights**2).sum() - squares) < 1e-12
window = (2 - alpha) / alpha  # a plain mean of so many is as noisy
assert abs(window * (weights**2).sum() - (1 - left**2)) < 1e-12
print(f"window of the average: {window:.0f} batches")
print("momentum=None: the plain average of all batches")
