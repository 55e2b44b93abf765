"""Which layers erase their input, and which of them say so?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
rows, maps = 3 + torch.randn(8, 4), 3 + torch.randn(8, 4, 1, 1)
for name, layer, x in (
    ("BatchNorm1d, one row", nn.BatchNorm1d(4), rows[:1]),
    ("InstanceNorm2d, 1 x 1", nn.InstanceNorm2d(4), maps),
    ("GroupNorm(4, 4), rows", nn.GroupNorm(4, 4), rows),
    ("GroupNorm(2, 4), rows", nn.GroupNorm(2, 4), rows),
    ("GroupNorm(1, 4), rows", nn.GroupNorm(1, 4), rows),
    ("LayerNorm(1)", nn.LayerNorm(1), rows[:, :1]),
    ("RMSNorm(1)", nn.RMSNorm(1), rows[:, :1]),
):
    try:
        y = layer(x).flatten()
    except ValueError as error:
        print(f"{name:23}{str(error).split(',')[0]}")
        continue
    values = sorted({round(v, 3) + 0.0 for v in y.tolist()})
    few = ", ".join(f"{v:.3f}" for v in values)
    many = f"{len(values)} different outputs"
    print(f"{name:23}{'only ' + few if len(values) < 3 else many}")
