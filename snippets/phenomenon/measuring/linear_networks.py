"""Does batch normalisation raise the gradient shift of a linear network?"""

from copy import deepcopy

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, lr, rates = 25, 1e-4, (1e-5, 1e-4, 1e-3, 3e-3)


def loss(net, x, y):
    return (net(x) - y).pow(2).sum(1).mean()


def measure(net, x, y, lr=lr):
    """Let a copy step along net's gradient, one layer after the other."""
    copy, found, h, z = deepcopy(net), [], x, x
    for k, (old, new) in enumerate(zip(net, copy, strict=True)):
        G = parameters_to_vector([p.grad for p in old.parameters()])
        G2 = loss(copy[k:], h, y)  # here the layers below have stepped
        G2 = torch.autograd.grad(G2, list(new.parameters()))
        G2 = parameters_to_vector(G2)
        cos = G2 @ G / G2.norm() / G.norm()
        with torch.no_grad():
            stepped = parameters_to_vector(old.parameters()) - lr * G
            vector_to_parameters(stepped, new.parameters())
            h, z = new(h), old(z)  # the layer's output, after and before
        s, s2 = z.std(0, correction=0), h.std(0, correction=0)
        moved = ((h.mean(0) - z.mean(0)) ** 2 + (s2 - s) ** 2).sqrt()
        found.append([(G2 - G).norm() / G.norm(), cos, (moved / s).median()])
    return torch.tensor(found)


fig, panels = plt.subplots(2, 1, sharex=True, sharey=True, figsize=(4.8, 5))
print("                    moment shift  gradient shift          cosine")
print("              step  last hidden   median layer (seeds)            loss")
by_rate = {}  # cosines at step 0
inits = {"Xavier": nn.init.xavier_normal_, "orthogonal": nn.init.orthogonal_}
for (name, init), panel in zip(inits.items(), panels, strict=True):
    for label, style in (("none", "C0o-"), ("BN", "C1s--")):
        found, losses = torch.zeros(2, 3, depth, 3), torch.zeros(26, 3)
        for seed in range(3):
            torch.manual_seed(seed)
            x = torch.randn(1000, 10)
            y = x @ torch.randn(10, 10)
            net = nn.Sequential()
            for k in range(depth):
                net.append(nn.Sequential(nn.Linear(10, 10, bias=False)))
                init(net[k][0].weight)
                if label == "BN" and k < depth - 1:
                    net[k].append(nn.BatchNorm1d(10))
            optimizer = torch.optim.SGD(net.parameters(), lr=lr)
            for step in range(26):
                optimizer.zero_grad()
                now = loss(net, x, y)
                now.backward()
                losses[step, seed] = now.item()
                if step == 0:
                    turn = [measure(net, x, y, rate) for rate in rates]
                    turn = torch.stack(turn)[:, 1:, 1].median(1).values
                    by_rate.setdefault(f"{name:10} {label:4}", []).append(turn)
                if step in (0, 25):
                    found[step // 25, seed] = measure(net, x, y)
                optimizer.step()
        for step, v in zip((0, 25), found, strict=True):
            rho, cos = v[:, 1:, :2].median(1).values.T
            print(f"{name:10s} {label:4s} {step:2d}", end="  ")
            print(f"{v[:, -2, 2].mean():.4f}        {rho.mean():.3f}", end=" ")
            print(f"({rho.min():.3f} to {rho.max():.3f})", end="  ")
            print(f"{cos.mean():.3f}   {losses[step].mean():.0f}")
        mean = found[0, :, 1:, 0].mean(0)
        panel.semilogy(range(2, depth + 1), mean, style, label=label)
    panel.set(title=name, ylabel="relative gradient shift")
    panel.legend()
print("\ncosine at step 0, lr  ", *(f"{rate:8.0e}" for rate in rates))
for name, turns in by_rate.items():
    mean = torch.stack(turns).mean(0)
    print(f"{name:21} ", *(f"{cos:z8.3f}" for cos in mean))
plt.xlabel("layer")
plt.show()
