"""Batch normalisation as the last layer of a regression: what is lost?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = torch.randn(4096, 1)
y = 5 + 3 * x
for last in nn.Identity(), nn.BatchNorm1d(1):
    net = nn.Sequential(nn.Linear(1, 1), last)
    optimizer = torch.optim.Adam(net.parameters(), 0.05)
    for i in torch.randint(4096, (2000, 16)):
        optimizer.zero_grad()
        loss = (net(x[i]) - y[i]).square().mean()
        loss.backward()
        optimizer.step()
    tail = []
    for i in torch.randint(4096, (500, 16)):
        tail.append((net(x[i]) - y[i]).square().mean().item())
    test = (net.eval()(x) - y).square().mean().item()
    print(f"{type(last).__name__:12} training {sum(tail) / 500:.3f},", end=" ")
    print(f"evaluation {test:.3f}")
