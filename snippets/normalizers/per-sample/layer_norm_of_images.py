"""Which invariance does layer norm lose when it pools positions too?"""

import torch
from torch.nn.functional import layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
w, x = torch.randn(8, 5), torch.randn(6, 5, 7)  # 8 units, 7 positions
before, after = w @ x, (w + torch.randn(5)) @ x
whole = layer_norm(after, (8, 7)) - layer_norm(before, (8, 7))
assert whole.abs().max() > 0.1
print("statistics of the whole example: changed")
token = layer_norm(after.mT, (8,), eps=1e-14)
token = token - layer_norm(before.mT, (8,), eps=1e-14)
assert token.abs().max() < 1e-9
print("statistics of each position: unchanged")
