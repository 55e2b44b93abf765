"""Do weights c times longer and a rate c^2 times larger train alike?"""

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
x, target = torch.randn(100, 6), torch.randn(100, 1)


def losses(c, lr):
    torch.manual_seed(1)
    linear = nn.Linear(6, 8, bias=False)
    with torch.no_grad():
        linear.weight *= c
    last = nn.Linear(8, 1)
    bn = nn.BatchNorm1d(8, eps=1e-300)
    model = nn.Sequential(linear, bn, nn.Tanh(), last)
    rest = [*bn.parameters(), *last.parameters()]
    groups = [{"params": [linear.weight], "lr": lr}, {"params": rest}]
    optimizer = torch.optim.SGD(groups, lr=0.05)
    record = []
    for _ in range(50):
        loss = ((model(x) - target) ** 2).mean()
        record.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.tensor(record)


base, both, only = losses(1, 0.5), losses(4, 8.0), losses(4, 0.5)
torch.testing.assert_close(both, base, atol=1e-10, rtol=0)
print(f"loss at the start           {base[0]:.4f}")
print(f"after 50 steps              {base[-1]:.4f}")
print(f"w 4 times, lr 16 times      {both[-1]:.4f}")
print(f"w 4 times, the same lr      {only[-1]:.4f}")
