"""Which values share a mean in each of four layers?"""

import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N, C, H, W = 3, 4, 2, 2  # examples, channels, positions
x = torch.randn(N, C, H, W)
layers = {
    "batch norm": lambda x: F.batch_norm(x, None, None, training=True),
    "layer norm": lambda x: F.layer_norm(x, (C, H, W)),
    "instance norm": F.instance_norm,
    "group norm": lambda x: F.group_norm(x, 2),
}
pools = torch.zeros(4, N, C, H, W, dtype=torch.bool)
pools[0, :, 0] = pools[1, 0] = pools[2, 0, 0] = pools[3, 0, :2] = True

n, c, h, w = torch.meshgrid(*map(torch.arange, x.shape), indexing="ij")
across, down = 3 * c + w, 3 * n + h
fig, axes = plt.subplots(2, 2, figsize=(4.8, 4.8))
for k, (ax, (name, layer)) in enumerate(
    zip(axes.flat, layers.items(), strict=True)
):
    # What does the output at the first place depend on?
    (slope,) = torch.func.jacrev(lambda x, f=layer: f(x)[0, 0, 0, :1])(x)
    moves = slope.abs() > 1e-9
    assert torch.equal(moves, pools[k])
    print(f"{name:13} pools {moves.sum():2} of {x.numel()} values")
    ax.plot(across[~moves], down[~moves], "ks", mfc="none", ms=4, mew=0.5)
    ax.plot(across[moves], down[moves], f"C{k + 1}s", ms=6)
    ax.set(title=f"{name}: $m$ = {moves.sum()}", xlabel="channel")
    ax.set(ylabel="example", ylim=(8, -1))
    ax.set_xticks([0.5, 3.5, 6.5, 9.5], [1, 2, 3, 4])
    ax.set_yticks([0.5, 3.5, 6.5], [1, 2, 3])
    ax.grid(visible=False)
plt.show()
