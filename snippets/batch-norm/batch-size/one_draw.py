"""Which examples of a batch are pushed the same way?"""

import matplotlib.pyplot as plt
import torch
from torch.nn.functional import batch_norm, dropout

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, units, shown = 32, 20_000, 10
x = torch.randn(B, units)
pushes = {
    "dropout": dropout(x, p=0.5) - x,
    "batch norm": batch_norm(x, None, None, training=True, eps=1e-9) - x,
}
a, b = torch.randn(2, units)  # two examples: the correlation of their noise
rho = (2 + a * b) / torch.sqrt((2 + a**2) * (2 + b**2))
theory = {"dropout": 0.5, "batch norm": 0.5 + rho.asin().mean() / torch.pi}

fig, axes = plt.subplots(2, 1, figsize=(4.8, 5.2), sharex=True)
print(f"pairs of examples in one unit that are pushed the same way, B = {B}")
for ax, style, (name, push) in zip(
    axes, ("C3s", "C1s"), pushes.items(), strict=True
):
    up = push > 0
    k = up.sum(0).double()
    pairs = k * (k - 1) + (B - k) * (B - k - 1)
    same = (pairs / (B * (B - 1))).mean()
    assert abs(same - theory[name]) < 0.01
    print(f"{name:10} {100 * same:.0f} %")
    example, unit = torch.meshgrid(
        torch.arange(8), torch.arange(shown), indexing="ij"
    )
    some = up[:8, :shown]
    ax.plot(unit[some] + 1, example[some] + 1, style, ms=8)
    ax.plot(unit[~some] + 1, example[~some] + 1, style, ms=8, mfc="none")
    ax.set(title=name, ylabel="example", ylim=(8.6, 0.4))
    ax.set_yticks([1, 4, 8])
    ax.grid(visible=False)
ax.set(xlabel="unit")
ax.set_xticks(range(1, shown + 1))
plt.show()
