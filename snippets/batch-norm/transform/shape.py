"""What does batch normalisation do to a histogram?"""

import matplotlib.pyplot as plt
import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
label = torch.arange(4000) % 2  # two classes of examples
first = torch.randn(4000).exp()
second = torch.randn(4000) + 6 * label + 0.5 * first + 12
x = torch.stack([first, second], 1)
y = batch_norm(x, None, None, training=True, eps=1e-12)


def skewness(x):
    x = x - x.mean(0)
    return (x**3).mean(0) / (x**2).mean(0) ** 1.5


def correlation(x):
    return torch.corrcoef(x.T)[0, 1]


torch.testing.assert_close(skewness(y), skewness(x), rtol=1e-9, atol=1e-9)
torch.testing.assert_close(correlation(y), correlation(x), rtol=1e-9, atol=0)
fig, axes = plt.subplots(2, figsize=(4.8, 4.4))
for ax, z, colour, name in zip(
    axes, (x, y), ("C0", "C1"), ("before", "after"), strict=True
):
    bins = torch.linspace(z.min(), z[:, 1].max(), 81)
    style = {"color": colour, "alpha": 0.4, "label": "unit 1, skewed"}
    ax.hist(z[:, 0], bins, histtype="stepfilled", **style)
    style = {"color": colour, "label": "unit 2, two humps"}
    ax.hist(z[:, 1], bins, histtype="step", **style)
    ax.set(title=f"{name} batch norm", ylabel="examples")
    spread = z.std(0, correction=0)
    print(f"{name}: deviations {spread[0]:.1f}, {spread[1]:.1f};")
    print(f"  skewness of unit 1 {skewness(z)[0]:.1f};")
    print(f"  correlation {correlation(z):.2f}")
axes[0].legend()
axes[1].set_xlabel("value of the unit")
plt.show()
