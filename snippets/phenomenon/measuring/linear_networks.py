"""Does batch normalisation raise the gradient shift of a linear network?"""

import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, lr = 25, 1e-4


def gradients(layers, x, y, parameters):
    loss = (layers(x) - y).pow(2).sum(1).mean()
    return loss, torch.autograd.grad(loss, parameters)


def moments(layers, h):
    """Mean and standard deviation of what each layer puts out."""
    found = []
    with torch.no_grad():
        for layer in layers:
            h = layer(h)
            found.append((h.mean(0), h.std(0, correction=0)))
    return found


def measure(layers, x, y):
    before = moments(layers, x)
    start = [p.detach().clone() for p in layers.parameters()]
    groups = [list(layer.parameters()) for layer in layers]
    loss, G = gradients(layers, x, y, list(layers.parameters()))
    G, h, found = iter(G), x, []
    for k, own in enumerate(groups):  # h: the layers below have stepped
        step = [next(G) for _ in own]
        _, new = gradients(layers[k:], h, y, own)
        old = nn.utils.parameters_to_vector(step)
        new = nn.utils.parameters_to_vector(new)
        cos = new @ old / new.norm() / old.norm()
        found.append([(new - old).norm() / old.norm(), cos])
        with torch.no_grad():
            for p, g in zip(own, step, strict=True):
                p -= lr * g
            h = layers[k](h)
    for row, (m, s), (m2, s2) in zip(
        found, before, moments(layers, x), strict=True
    ):
        moved = ((m2 - m).pow(2) + (s2 - s).pow(2)).sqrt() / s
        row.append(moved.median())
    with torch.no_grad():
        for p, s in zip(layers.parameters(), start, strict=True):
            p.copy_(s)
    return torch.tensor(found).T[:, 1:], loss.item()


fig, panels = plt.subplots(2, 1, sharex=True, sharey=True, figsize=(4.8, 5))
print("                    moment shift  gradient shift          cosine")
print("              step  last hidden   median layer (seeds)            loss")
for name, panel in zip(("Xavier", "orthogonal"), panels, strict=True):
    for batch_norm in (False, True):
        label = "BN" if batch_norm else "none"
        found = {0: [], 25: []}
        for seed in range(3):
            torch.manual_seed(seed)
            x = torch.randn(1000, 10)
            y = x @ torch.randn(10, 10)
            layers = nn.Sequential()
            for k in range(depth):
                linear = nn.Linear(10, 10, bias=False)
                if name == "Xavier":
                    nn.init.xavier_normal_(linear.weight)
                else:
                    nn.init.orthogonal_(linear.weight)
                layers.append(nn.Sequential(linear))
                if batch_norm and k < depth - 1:
                    layers[-1].append(nn.BatchNorm1d(10))
            optimizer = torch.optim.SGD(layers.parameters(), lr=lr)
            for step in range(26):
                if step in found:
                    found[step].append(measure(layers, x, y))
                optimizer.zero_grad()
                (layers(x) - y).pow(2).sum(1).mean().backward()
                optimizer.step()
        for step, v in found.items():
            measured = torch.stack([a for a, _ in v])
            rho, cos = measured[:, :2].median(2).values.T
            moment = measured[:, 2, -2]
            loss = torch.tensor([b for _, b in v]).mean()
            print(f"{name:10s} {label:4s} {step:2d}", end="  ")
            print(f"{moment.mean():.4f}        {rho.mean():.3f}", end=" ")
            print(f"({rho.min():.3f} to {rho.max():.3f})", end="  ")
            print(f"{cos.mean():.3f}   {loss:.0f}")
        mean = torch.stack([a for a, _ in found[0]])[:, 0].mean(0)
        style = "C1s--" if batch_norm else "C0o-"
        panel.semilogy(range(2, depth + 1), mean, style, label=label)
    panel.set(title=name, ylabel="relative gradient shift")
    panel.legend()
plt.xlabel("layer")
plt.show()
