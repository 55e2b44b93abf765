"""Which invariance does layer norm lose when it pools positions too?"""

import torch
from torch.nn.functional import layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
w, x = torch.randn(8, 5), torch.randn(6, 5, 7)  # 8 units, 7 positions
vector = torch.randn(5)


def change(norm):
    """What adding the vector to all weight vectors changes."""
    return (norm((w + vector) @ x) - norm(w @ x)).abs().max()


assert change(lambda z: layer_norm(z, (8, 7))) > 0.1
print("statistics of the whole example: changed")
assert change(lambda z: layer_norm(z.mT, (8,), eps=1e-14)) < 1e-9
print("statistics of each position: unchanged")
