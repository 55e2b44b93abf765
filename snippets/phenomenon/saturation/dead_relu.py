"""Which dead ReLUs come back to life in training?"""

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)


def dead(net, x):
    """For each hidden layer: which units receive nothing positive?"""
    lower = net[0](x)
    upper = net[2](torch.relu(lower))
    return [(z <= 0).all(0) for z in (lower, upper)]


print("seed  layer 1: dead, revived   layer 2: dead, revived")
for seed in range(3):
    torch.manual_seed(seed)
    x = torch.randn(200, 10)
    y = x[:, :1] * x[:, 1:2]
    net = nn.Sequential(
        *(nn.Linear(10, 50), nn.ReLU(), nn.Linear(50, 50), nn.ReLU()),
        nn.Linear(50, 1),
    )
    nn.init.constant_(net[0].bias[:20], -5)
    nn.init.constant_(net[2].bias[:20], -0.6)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    before = dead(net, x)
    weight = net[0].weight[before[0]].clone()
    for _ in range(300):
        optimizer.zero_grad()
        (net(x) - y).square().mean().backward()
        optimizer.step()
    assert torch.equal(net[0].weight[before[0]], weight)
    row = [
        f"{old.sum():14d} {(old & ~new).sum():9d}"
        for old, new in zip(before, dead(net, x), strict=True)
    ]
    print(f"{seed:4d}" + "  ".join(row))
