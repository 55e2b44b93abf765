"""Where can a ReLU unit be dead: before or after batch normalisation?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, units = 64, 1000
h, one = torch.relu(torch.randn(B, 100)), torch.ones(units)


def dead(h):
    """Count the units that are zero for the whole batch."""
    return (h.amax(0) == 0).sum().item()


for shift in 0, -30:  # a bias that has gone astray
    z = h @ torch.randn(100, units) / 10 + shift
    x_hat = batch_norm(z, None, None, training=True)
    low, high = x_hat.sign().aminmax(dim=0)  # each unit has both signs
    torch.testing.assert_close(high, one, rtol=0, atol=0)
    torch.testing.assert_close(low, -one, rtol=0, atol=0)
    before, rectified = torch.relu(x_hat), torch.relu(z)
    after = batch_norm(rectified, None, None, training=True)
    print(f"bias {shift:3}: BN before the ReLU, dead units ", end="")
    print(f"{dead(before)}; BN after it, {dead(rectified)} of {units}")
    print(f"    mean passed on: before {before.mean():.2f}, ", end="")
    print(f"after {abs(after.mean()):.2f}")
