"""Does folding survive a norm without gamma, or without statistics?"""

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = torch.randn(4, 3, 8, 8)
for options in (
    {},
    {"affine": False},
    {"track_running_stats": False},
    "training",
):
    conv = nn.Conv2d(3, 5, 3, padding=1)
    norm = nn.BatchNorm2d(5, **({} if options == "training" else options))
    for _ in range(20):
        norm(conv(2 + torch.randn(16, 3, 8, 8)))
    both = nn.Sequential(conv, norm).train(options == "training")
    target = both(x)
    try:
        folded = fuse_conv_bn_eval(conv, norm)
    except Exception as error:
        print(options, "->", str(error)[:44])
        continue
    error = (folded(x) - target).abs().max()
    print(options or "plain", "-> the same" if error < 1e-12 else "-> other")
