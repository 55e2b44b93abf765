"""How fast does a residual network without normalisation grow?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
width, blocks, networks = 64, 10, 60

for name, last in (("He", 2**0.5), ("gain 1", 1.0), ("zero", 0.0)):
    ratios = []
    for _ in range(networks):
        h = start = torch.randn(width)
        for _ in range(blocks):
            W_1 = torch.randn(width, width) * (2 / width) ** 0.5
            W_2 = torch.randn(width, width) * last / width**0.5
            h = h + W_2 @ torch.relu(W_1 @ h)
        ratios.append((h @ h) / (start @ start))
    growth = torch.stack(ratios).mean() ** (1 / blocks)
    assert abs(growth / (1 + last**2) - 1) < 0.05
    print(f"last layer {name:6}: |h|^2 grows by {growth:.1f} a block")
