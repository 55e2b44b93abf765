"""Where can a ReLU unit be dead: before or after batch normalisation?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, units = 64, 1000
h = torch.relu(torch.randn(B, 100))
for shift in 0, -30:  # a bias that has gone astray
    z = h @ torch.randn(100, units) / 10 + shift
    x_hat = batch_norm(z, None, None, training=True)
    active = (x_hat > 0).double().mean(0)  # Linear, BN, ReLU
    assert (active > 0).all()
    assert (active < 1).all()
    dead = (active == 0).sum().item()
    print(f"bias {shift:3}: BN before the ReLU, dead units {dead}; ", end="")
    dead = (torch.relu(z).amax(0) == 0).sum().item()  # Linear, ReLU, BN
    print(f"BN after it, {dead} of {units}")
    before = torch.relu(x_hat).mean()
    after = batch_norm(torch.relu(z), None, None, training=True).mean()
    print(f"    mean passed on: before {before:.2f}, after {abs(after):.2f}")
