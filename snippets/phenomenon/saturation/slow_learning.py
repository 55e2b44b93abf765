"""How long does a shifted sigmoid unit take to come back?"""

import matplotlib.pyplot as plt
import numpy as np
import torch

torch.set_default_dtype(torch.float64)

node, mass = np.polynomial.hermite_e.hermegauss(60)
z, mass = torch.tensor(node), torch.tensor(mass / mass.sum())
target = torch.sigmoid(z)  # what the unit computes with bias 0
lr = 4.0


def squared(z):
    return mass @ (torch.sigmoid(z) - target) ** 2 / 2


def cross_entropy(z):
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    return mass @ loss(z, target, reduction="none")


def way_back(loss, shift):
    """The bias at each gradient step until it has come down to 1."""
    bias = torch.tensor(float(shift), requires_grad=True)
    optimizer = torch.optim.SGD([bias], lr=lr)
    path = [bias.item()]
    while bias > 1:
        optimizer.zero_grad()
        loss(z + bias).backward()
        optimizer.step()
        path.append(bias.item())
    return path


c = mass @ (torch.sigmoid(-z) * torch.exp(-z))
assert abs(c - (np.exp(0.5) - 0.5)) < 1e-12
print("shift  squared error  exp(shift) / (lr c)  cross-entropy")
for shift in (2, 4, 6, 8):
    paths = [way_back(loss, shift) for loss in (squared, cross_entropy)]
    a, b = (len(path) - 1 for path in paths)
    theory = np.exp(shift) / (lr * c.item())
    print(f"{shift:5d}  {a:13d}  {theory:19.0f}  {b:13d}")
assert abs(a / theory - 1) < 0.05

fig, ax = plt.subplots(figsize=(4.8, 3.0))
for path, style, name in zip(
    paths, ("C3-", "C4--"), ("squared error", "cross-entropy"), strict=True
):
    ax.plot(path, style, label=name)
ax.set(xlabel="step", ylabel="bias")
ax.legend()
plt.show()
