"""Which statistics does a layer use, and which does it move, in each mode?"""

from contextlib import nullcontext

import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(4, 1)
other = torch.where(x == x[0], x, -x)  # the first in other company
boxes = {"x": (0.4, 0), "batch": (2, 1.6), "stored": (6, 1.6)}
boxes |= {"norm": (4, 0), "y": (7.6, 0)}
texts = {"x": "$x$", "y": "$y$", "batch": "mean, variance\nof the batch"}
texts |= {"stored": "running_mean\nrunning_var", "norm": "normalise"}


def look(mode, context):
    """Return the arrows that are there."""
    with context():
        norm = nn.BatchNorm1d(1).train(mode)
        y, moved = norm(x), bool(norm.running_mean)  # it was 0
        norm.running_mean.normal_()
        stored = not torch.equal(norm(x), y)
        company = not torch.equal(norm(other)[0], norm(x)[0])
    return [
        *[("x", "batch")] * (company or moved),
        *[("batch", "norm")] * company,
        *[("batch", "stored")] * moved,
        *[("stored", "norm")] * stored,
    ]


fig, axes = plt.subplots(2, 1, figsize=(4.8, 3.8))
for ax, mode in zip(axes, (True, False), strict=True):
    arrows = look(mode, nullcontext)
    assert look(mode, torch.no_grad) == arrows
    name = "train()" if mode else "eval()"
    print(f"{name:8}", *[f"{a} -> {b}" for a, b in arrows], sep="  ")
    arrows += [("x", "norm"), ("norm", "y")]
    used = {box for arrow in arrows for box in arrow}
    patches, middle = {}, {"ha": "center", "va": "center"}
    for box, at in boxes.items():
        edge = {"boxstyle": "round", "fc": "none", "ec": "C1"}
        fade = 1 if box in used else 0.4
        text = ax.text(*at, texts[box], bbox=edge, size=11, **middle)
        patches[box] = text.get_bbox_patch()
        text.set_alpha(fade)
        patches[box].set_alpha(fade)
    for a, b in arrows:
        style = {"arrowstyle": "-|>", "color": "C1", "lw": 1.5}
        style |= {"patchA": patches[a], "patchB": patches[b]}
        ax.annotate("", boxes[b], boxes[a], arrowprops=style)
    ax.set(xlim=(0, 8), ylim=(-0.6, 2.4))
    ax.set_title(name, size=11)
    ax.set_axis_off()
print("the same with and without torch.no_grad()")
plt.show()
