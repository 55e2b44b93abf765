"""Which layer does a network need, by four questions?"""

import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
image, token = torch.randn(16, 64, 8, 8), torch.randn(16, 10, 64)
questions = [  # each with the answer to a yes; a no goes down
    (
        "Pre-trained weights?",
        "keep its normalisers;\nfew images: freeze\nbatch norm",
    ),
    ("Tokens or time steps?", "LayerNorm(64) or\nRMSNorm(64)"),
    ("16 or more images\non each device?", "BatchNorm2d(64)"),
    ("16 or more on all\ndevices together?", "SyncBatchNorm"),
]
last = "GroupNorm(32, 64)"
layers = {
    "BatchNorm2d(64)": (nn.BatchNorm2d(64), image),
    "BatchNorm2d(64), frozen": (nn.BatchNorm2d(64).eval(), image),
    "GroupNorm(32, 64)": (nn.GroupNorm(32, 64), image),
    "LayerNorm(64)": (nn.LayerNorm(64), token),
    "RMSNorm(64)": (nn.RMSNorm(64), token),
}
print("                         alone as in its batch")
for name, (layer, x) in layers.items():
    alone = torch.allclose(layer(x[:2])[0], layer(x)[0], rtol=0, atol=1e-5)
    print(f"{name:24} {'yes' if alone else 'no'}")

fig, ax = plt.subplots(figsize=(4.8, 4.4))
arrow, above = {"arrowstyle": "-|>", "color": "k"}, None


def box(x, y, text, colour):
    """Draw a box with its text, and return its outline."""
    edge = {"boxstyle": "round", "fc": "none", "ec": colour, "pad": 0.5}
    middle = {"ha": "center", "va": "center", "size": 10}
    return ax.text(x, y, text, bbox=edge, **middle).get_bbox_patch()


def line(start, end, *patches):
    ends = dict(zip(("patchA", "patchB"), patches, strict=True))
    ax.annotate("", end, start, arrowprops=arrow | ends)


for y, (question, answer) in enumerate([*questions, (last, "")]):
    here = box(2, -2 * y, question, "k" if answer else "C3")
    if above:
        line((2, 2 - 2 * y), (2, -2 * y), above, here)
        ax.text(2.1, 1 - 2 * y, "no", va="center")
    if answer:
        colour = "C1" if "atch" in answer else "C2"
        leaf = box(6.6, -2 * y, answer, colour)
        line((2, -2 * y), (6.6, -2 * y), here, leaf)
        ax.text(4.2, 0.15 - 2 * y, "yes", va="bottom", ha="center")
    above = here
ax.set(xlim=(0, 8.6), ylim=(-8.8, 0.9))
ax.set_axis_off()
plt.show()
