"""How fast does a residual network without normalisation grow?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
width, blocks, networks = 32, 10, 10000


def draw(gain):
    return gain / width**0.5 * torch.randn(networks, width, width)


# One block, many draws of the weights, one and the same input.
h = torch.randn(width)
print("gain of W_2   measured   1 + gain^2")
for gain in (2**0.5, 1.0, 0.5, 0.0):
    inner = torch.relu(draw(2**0.5) @ h)
    z = h + (draw(gain) @ inner[..., None])[..., 0]
    ratio = z.square().sum(1) / h.square().sum()
    assert abs(ratio.mean() - 1 - gain**2) < 0.02 * gain**2 + 1e-12
    print(f"{gain:11.2f}{ratio.mean():11.2f}{1 + gain**2:13.2f}")
print(f"ten blocks with He's gain: |h|^2 grows by {3.0**blocks:.0f}")
