"""Does the movement of the other layer always do harm?"""

import torch
from torch.autograd.functional import hessian

torch.set_default_dtype(torch.float64)


def loss(w1, w2, target):
    return (w2 * w1 - target) ** 2 / 2


w = torch.ones(2)
for target in (3.0, 0.5):
    start = loss(*w, target)
    g = torch.func.grad(lambda w, t=target: loss(*w, t))(w)
    H = hessian(lambda w, t=target: loss(*w, t), w)
    print(f"target {target}: G = {g.tolist()}, H_12 = {H[0, 1]:.1f}")
    for lr in (0.1, 0.01, 0.001):
        together = loss(*(w - lr * g), target) - start
        first = loss(w[0] - lr * g[0], w[1], target) - start
        second = loss(w[0], w[1] - lr * g[1], target) - start
        cross = together - first - second
        print(f"  lr {lr:5.3f}: cross / lr^2 = {cross / lr**2:+.4f}")
    predicted = g[0] * H[0, 1] * g[1]
    print(f"  limit G_1 H_12 G_2 = {predicted:+.4f}")
    assert abs(cross / lr**2 - predicted) < 0.02
