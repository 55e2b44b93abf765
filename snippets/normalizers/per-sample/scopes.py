"""Which entries of an (N, C, H, W) block share the statistics of one entry?"""

import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N, C, H, W = 3, 4, 2, 3  # examples, channels, height, width
P = H * W  # positions
x = torch.randn(N, C, H, W)


def tokens(norm):  # each position is a token of C features
    return lambda x: norm(x.movedim(1, -1), (C,)).movedim(-1, 1)


methods = {
    "batch norm": lambda x: F.batch_norm(x, None, None, training=True),
    "layer norm, whole example": lambda x: F.layer_norm(x, (C, H, W)),
    "layer norm, each token": tokens(F.layer_norm),
    "instance norm": F.instance_norm,
    "group norm, 2 groups": lambda x: F.group_norm(x, 2),
    "RMSNorm, each token": tokens(F.rms_norm),
}
colours = ["C1", "C2", "C2", "C3", "C4", "C5"]
fig, axes = plt.subplots(6, sharex=True, figsize=(4.8, 5.2))
for ax, name, colour in zip(axes, methods, colours, strict=True):
    probe = x.clone().requires_grad_()
    y = methods[name](probe)
    assert y.shape == x.shape
    y[1, 1, 0, 1].backward()
    # the output (1, 1, 0, 1) reacts to the inputs that have a gradient
    shared = probe.grad.view(N, C * P).abs() > 1e-6
    print(f"{name:26} pools {shared.sum():2} of {x.numel()} entries")
    for where, mark in (~shared, "k."), (shared, f"{colour}s"):
        row, column = where.nonzero().T
        ax.plot(column, row, mark)
    ax.plot(P + 1, 1, "k*", markersize=10)  # the entry (1, 1, 0, 1)
    ax.set(title=name, ylim=(N - 0.5, -0.5), ylabel="example")
    ax.set_yticks(range(N))
    for edge in range(1, C):
        ax.axvline(edge * P - 0.5, color="k", linewidth=0.8)
    ax.grid(False)
axes[-1].set_xticks([(c + 0.5) * P - 0.5 for c in range(C)], range(C))
axes[-1].set_xlabel("channel, with its six positions")
plt.show()
