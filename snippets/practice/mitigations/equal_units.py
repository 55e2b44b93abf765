"""What separates units that start with equal weights?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(64, 5), torch.randn(64, 1)
row = torch.randn(5)
layers = {
    "nothing": nn.Identity(),
    "batch norm": nn.BatchNorm1d(8),
    "dropout": nn.Dropout(0.5),
}
print("             weights moved by   spread between units")
for name, layer in layers.items():
    first, last = nn.Linear(5, 8), nn.Linear(8, 1)
    first.weight.data, first.bias.data = row.repeat(8, 1), torch.zeros(8)
    last.weight.data = torch.full((1, 8), 0.3)
    net = nn.Sequential(first, layer, nn.Tanh(), last)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(100):
        loss = (net(x) - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    moved = (first.weight - row).norm()
    spread = first.weight.std(0).norm()
    assert (spread > 0.01) == (name == "dropout")
    assert moved > 0.05
    print(f"{name:10} {moved:12.2f} {spread:18.3f}")
