"""What is left of a variance of 1 when the mean grows, in float32?"""

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
means = 10.0 ** torch.linspace(2, 4, 13, dtype=torch.float64)
z = torch.randn(4096, 13, 50, dtype=torch.float64)
z = (z - z.mean(0)) / z.std(0, correction=0)  # the variance is 1
x = (means[:, None] + z).float()

mean = x.mean(0)
one_pass = x.square().mean(0) - mean.square()
two_passes = (x - mean).square().mean(0)
assert (two_passes - 1).abs().max() < 1e-3
small = means < 200
assert (one_pass[small] - 1).abs().max() < 0.05
last = one_pass[-1]
assert (last % 8 == 0).all()
assert (last < 0).any() and (last > 8).any()
print("mean 10,000, one pass: only multiples of 8, some of them negative")
y = (x[:, -1] - mean[-1]) * torch.rsqrt(last.clamp(min=0) + 1e-5)
worst = (x - mean)[:, -1, last <= 0].abs().max()  # over the root of eps
torch.testing.assert_close(y.abs().max(), worst * 1e5**0.5, rtol=1e-5, atol=0)
assert y.abs().max() > 1000
assert z.abs().max() < 6
print("negative ones cut off at zero: outputs above 1,000; right is below 6")
print("two passes: 1, to a thousandth, at all means")

across = means[:, None].expand(13, 50)
for bad, marker in (False, "o"), (True, "x"):
    some = (one_pass < 0) == bad
    label = "negative: the root is NaN" if bad else "E[x²] - E[x]²"
    style = {"ls": "", "ms": 4, "alpha": 0.6, "label": label}
    plt.semilogx(across[some], one_pass[some], f"C3{marker}", **style)
plt.semilogx(means, two_passes.mean(1), "C5^-", label="two passes")
plt.xlabel("mean of the channel, in standard deviations")
plt.ylabel("variance found; 1 is right")
plt.legend(loc="upper left")
plt.show()
