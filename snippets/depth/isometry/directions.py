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

    def __init__(self, linear):
        super().__init__()
        self.linear = linear

    def forward(self, h):
        return h + self.linear(torch.relu(h)) / depth**0.5


n, depth = 64, 20
x = torch.randn(32, n)
print("of 64           effective   rms  largest  median")
for name in (
    "ReLU, He",
    "ReLU, orthogonal",
    "ReLU, BatchNorm1d",
    "ReLU, skips",
    "tanh, orthogonal",
):
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
        layers += [Skip(linear)] if "skips" in name else plain
    at = x / 10 if "tanh" in name else x
    row = directions(nn.Sequential(*layers), at)
    print(f"{name:17}" + "".join(f"{v:8.1f}" for v in row))
