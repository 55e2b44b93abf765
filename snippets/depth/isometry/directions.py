"""How many directions of an input reach a layer of a network?"""

import copy

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def directions(model, x, layer=""):
    """Effective number, then rms, largest and median singular value.

    Of the Jacobian of the layer's output for x[0]; "" is the whole model.
    """
    model, found = copy.deepcopy(model), {}  # yours stays as it is
    model.get_submodule(layer).register_forward_hook(
        lambda module, given, z: found.update(z=z[0].clone())
    )

    def output(first):
        model(torch.cat([first[None], x[1:]]))
        return found["z"]

    with torch.random.fork_rng():
        J = torch.autograd.functional.jacobian(output, x[0])
    s = torch.linalg.svdvals(J.reshape(-1, x[0].numel()).double())
    squares = (s / s[0]).square()
    effective = squares.sum() ** 2 / squares.square().sum()
    rms = s.square().mean().sqrt()
    return [v.item() for v in (effective, rms, s[0], s.median())]


class Skip(nn.Module):
    """h + W relu(h) / sqrt(depth)."""

    def __init__(self, linear, depth):
        super().__init__()
        self.linear, self.scale = linear, depth**-0.5

    def forward(self, h):
        return h + self.scale * self.linear(torch.relu(h))


n, depth, draws = 64, 20, 5
x = torch.randn(32, n)


def network(name):
    """Return 20 layers of the kind that the name says."""
    layers = []
    for _ in range(depth):
        linear = nn.Linear(n, n, bias=False)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        if "orthogonal" in name:
            gain = 2**0.5 if "ReLU" in name else 1.0
            nn.init.orthogonal_(linear.weight, gain)
        norm = [nn.BatchNorm1d(n)] * ("Norm" in name)
        act = nn.ReLU() if "ReLU" in name else nn.Tanh()
        plain = [linear, *norm, act]
        layers += [Skip(linear, depth)] if "skips" in name else plain
    return nn.Sequential(*layers)


print("of 64, five draws      effective    rms  largest  median")
for name in (
    "ReLU, He",
    "ReLU, orthogonal",
    "ReLU, BatchNorm1d",
    "ReLU, skips",
    "tanh, orthogonal",
):
    at = x / 10 if "tanh" in name else x
    rows = [directions(network(name), at) for _ in range(draws)]
    counts, *means = torch.tensor(rows).T
    print(
        f"{name:18}{counts.min():6.1f} to {counts.max():4.1f}",
        "".join(f"{v.mean():8.1f}" for v in means),
    )
