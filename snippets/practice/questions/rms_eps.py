"""Which epsilon does RMSNorm use if none is given?"""

import torch
from torch.nn.functional import rms_norm

for kind in torch.float64, torch.float32, torch.bfloat16, torch.float16:
    x = torch.full((1, 64), 1e-3, dtype=kind)
    y = rms_norm(x, (64,)).double()[0, 0].item()
    x = x.double()[0, 0].item()
    eps = x * x / (y * y) - x * x
    own = torch.finfo(kind).eps
    print(f"{str(kind)[6:]:9} output {y:.4f}, so eps is {eps:.1e};", end=" ")
    print(f"its own machine epsilon is {own:.1e}")
