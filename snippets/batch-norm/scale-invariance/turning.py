"""Weight by weight: does its length count, and how far does a step turn it?"""

import copy

import torch
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)


def turning(model, optimizer, loss_of):
    """Return name, change of the loss at 2w, |w|, rate, turn in degrees."""
    model, optimizer = copy.deepcopy((model, optimizer))  # without .grad
    weights = {k: w for k, w in model.named_parameters() if w.dim() > 1}
    power = 2 if isinstance(optimizer, torch.optim.SGD) else 1
    rates = {w: g["lr"] for g in optimizer.param_groups for w in g["params"]}
    old, change = {}, {}

    def loss():
        torch.manual_seed(0)  # the same dropout each time
        return loss_of(model)

    with torch.random.fork_rng():
        start = loss()
        start.backward()
        if all(w.grad is None for w in model.parameters()):
            raise ValueError("loss_of must use the model that it is given")
        for w in weights.values():
            old[w] = w.detach().double().clone()
            w.data.mul_(2)
            change[w] = abs(loss().item() / start.item() - 1)
            w.data.div_(2)
        optimizer.step()
    rows = []
    for name, w in weights.items():
        norm, new = old[w].norm(), w.detach().double()
        chord = (new / new.norm() - old[w] / norm).norm()
        turn = 2 * torch.asin(chord / 2).rad2deg().item()
        rate = float(rates.get(w, 0.0)) / norm**power
        rows.append((name, change[w], norm.item(), rate.item(), turn))
    return rows


torch.set_default_dtype(torch.float64)
model = nn.Sequential(nn.Linear(20, 24), nn.BatchNorm1d(24), nn.Tanh())
model.append(nn.Linear(24, 5))
x, y = torch.randn(64, 20), torch.randint(5, (64,))
optimizer = torch.optim.SGD(model.parameters(), 0.1, 0.9, weight_decay=5e-4)
print("weight   change  norm   rate  turn")
for row in turning(model, optimizer, lambda net: cross_entropy(net(x), y)):
    print("{} {:7.3f} {:5.1f} {:6.4f} {:5.1f}".format(*row))
