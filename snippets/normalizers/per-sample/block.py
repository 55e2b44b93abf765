"""Which cells of an N x C x HW block share a mean with the starred one?"""

import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N, C, H, W = 3, 4, 2, 2  # examples, channels, height, width
P = H * W  # positions
x = torch.randn(N, C, H, W)


def tokens(norm):  # each position is a token of C features
    return lambda x: norm(x.movedim(1, -1), (C,)).movedim(-1, 1)


every, here = slice(None), slice(0, 1)
last, half = slice(-1, None), slice(C // 2, None)  # channels
layers = {  # and what is expected: examples, channels, positions
    "batch norm": (
        lambda x: F.batch_norm(x, None, None, training=True),
        (every, last, every),
    ),
    "instance norm": (F.instance_norm, (here, last, every)),
    "layer norm, image": (
        lambda x: F.layer_norm(x, (C, H, W)),
        (here, every, every),
    ),
    "group norm, 2 groups": (
        lambda x: F.group_norm(x, 2),
        (here, half, every),
    ),
    "layer norm, token": (tokens(F.layer_norm), (here, every, here)),
    "RMSNorm, token": (tokens(F.rms_norm), (here, every, here)),
}


def back(right, down, deep):
    """Return where a corner is drawn, `deep` cells behind the front."""
    return right + 0.55 * deep, P - down + 0.55 * deep


def faces():
    """Return the faces that one sees: cell, corners, depth of the shade."""
    for c in range(C):
        for p in range(P):
            flat = [(c, p), (c + 1, p), (c + 1, p + 1), (c, p + 1)]
            yield (0, c, p), [back(*at, 0) for at in flat], 0.9
        for n in range(N):
            flat = [(c, n), (c + 1, n), (c + 1, n + 1), (c, n + 1)]
            yield (n, c, 0), [back(a, 0, b) for a, b in flat], 0.5
    for p in range(P):
        for n in range(N):
            flat = [(p, n), (p + 1, n), (p + 1, n + 1), (p, n + 1)]
            yield (n, -1, p), [back(C, a, b) for a, b in flat], 0.7


colours = ["C1", "C3", "C2", "C4", "C2", "C5"]
fig, axes = plt.subplots(3, 2, figsize=(4.8, 6.6))
for ax, name, colour in zip(axes.flat, layers, colours, strict=True):
    layer, expected = layers[name]
    probe = x.clone().requires_grad_()
    layer(probe)[0, -1, 0, 0].backward()
    # the output of the starred cell reacts to the cells with a gradient
    pool = probe.grad.view(N, C, P).abs() > 1e-9
    known = torch.zeros(N, C, P, dtype=torch.bool)
    known[expected] = True
    assert torch.equal(pool, known)
    print(f"{name:20} pools {pool.sum():2} of {x.numel()}")
    for cell, corners, shade in faces():
        ax.fill(*zip(*corners, strict=True), fc="none", ec="k", lw=0.7)
        if pool[cell]:
            xs, ys = zip(*corners, strict=True)
            ax.fill(xs, ys, fc=colour, ec="k", lw=0.7, alpha=shade)
    ax.plot(C - 0.5, P - 0.5, "k*", markersize=9)
    style = {"size": 11, "ha": "center", "va": "center"}
    ax.text(C / 2, -0.55, "channels", **style)
    ax.text(-0.5, P / 2, "positions", rotation=90, **style)
    ax.text(C + 1.4, 0.25, "examples", rotation=45, **style)
    ax.set_title(name, size=11)
    ax.set(xlim=(-0.9, 6.4), ylim=(-0.9, 5.8), aspect="equal")
    ax.set_axis_off()
plt.show()
