"""How wrong is gamma = s as the inverse of the normalisation?"""

import matplotlib.pyplot as plt
import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
unit = torch.randn(256, 1)
unit = (unit - unit.mean()) / unit.std(unbiased=False)
s = torch.logspace(-4, 1, 41, base=10) ** 0.5


def relative_error(s, eps):
    x = s * unit  # mean 0, biased variance s^2
    y = batch_norm(x, None, None, s.view(1), training=True, eps=eps)
    return ((x - y).norm() / x.norm()).item()


for s2 in 1.0, 1e-2, 1e-4:
    measured = relative_error(torch.tensor(s2).sqrt(), 1e-5)
    exact = 1 - (s2 / (s2 + 1e-5)) ** 0.5
    assert abs(measured - exact) < 1e-12
    print(f"s^2 = {s2:6}: gamma = s is wrong by {100 * measured:.4f} %")

fig, ax = plt.subplots()
for eps, style in (1e-3, "C4s"), (1e-5, "C1o"):
    error = [relative_error(scale, eps) for scale in s]
    ax.loglog(s**2, 1 - s / torch.sqrt(s**2 + eps), "k-")
    ax.loglog(s[::4] ** 2, error[::4], style, label=f"eps = {eps}")
ax.set(xlabel="variance of the unit $s^2$", ylabel="relative error")
ax.legend()
plt.show()
