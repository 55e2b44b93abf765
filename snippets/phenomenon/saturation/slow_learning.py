"""How long does a shifted sigmoid unit take to come back?"""

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


def steps(loss, shift):
    """Gradient steps until the bias has come down to 1."""
    bias = torch.tensor(float(shift), requires_grad=True)
    optimizer = torch.optim.SGD([bias], lr=lr)
    step = 0
    while bias > 1:
        optimizer.zero_grad()
        loss(z + bias).backward()
        optimizer.step()
        step += 1
    return step


c = mass @ (torch.sigmoid(-z) * torch.exp(-z))
assert abs(c - (np.exp(0.5) - 0.5)) < 1e-12
print("shift  squared error  exp(shift) / (lr c)  cross-entropy")
for shift in (2, 4, 6, 8):
    a, b = steps(squared, shift), steps(cross_entropy, shift)
    theory = np.exp(shift) / (lr * c.item())
    print(f"{shift:5d}  {a:13d}  {theory:19.0f}  {b:13d}")
assert abs(a / theory - 1) < 0.05
