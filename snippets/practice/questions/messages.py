"""What does torch say of a shape, a key or a precision that does not fit?"""

import torch
from torch import nn

torch.manual_seed(0)
image, rows = torch.randn(3, 8, 8), torch.randn(1, 3)
plain = nn.BatchNorm2d(3)
bare = nn.BatchNorm2d(3, track_running_stats=False)
for name, attempt in {
    "an image, no batch": lambda: plain(image),
    "LayerNorm(channels)": lambda: nn.LayerNorm(3)(image[None]),
    "32 groups of 48": lambda: nn.GroupNorm(32, 48),
    "other buffers": lambda: plain.load_state_dict(bare.state_dict()),
    "norm in half": lambda: nn.BatchNorm2d(3).half()(image[None]),
    "input in half": lambda: plain(image[None].half()),
    "GroupNorm.eval()": lambda: nn.GroupNorm(3, 3).eval()(rows),
}.items():
    try:
        attempt()
        said = "no error"
    except (RuntimeError, ValueError) as error:
        said = str(error).split("\n")[-1].strip()
    print(f"{name:20}{said[:58]}")
