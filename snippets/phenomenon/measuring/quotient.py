"""Which learning rates make the interaction of layers a gauge invariant?"""

import torch
from torch.autograd.functional import hessian

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y, lr = torch.randn(50, 4), torch.randn(50, 2), 0.01
weights = torch.randn(6, 4), torch.randn(5, 6) / 2, torch.randn(2, 5) / 2


def loss(u, v, w):
    h = torch.relu(torch.relu(x @ u.T) @ v.T)
    return (h @ w.T - y).pow(2).mean()


def report(weights, by_layer):
    """Interactions 1-2, 1-3, 2-3, own curvature, gain, quotient, fall."""
    G = torch.func.grad(loss, (0, 1, 2))(*weights)
    step = [lr * g for g in G]
    if by_layer:  # as long as lr times the weights
        size = [w.norm() / g.norm() for w, g in zip(weights, G, strict=True)]
        step = [s * d for s, d in zip(size, step, strict=True)]
    H, d = hessian(loss, weights), [d.flatten() for d in step]
    second = [  # a layer with itself is halved: it comes once
        d[k] @ H[k][j].reshape(len(d[k]), -1) @ d[j] / (1 + (k == j))
        for k, j in ((0, 1), (0, 2), (1, 2), (0, 0), (1, 1), (2, 2))
    ]
    pairs, own = second[:3], sum(second[3:])
    gain = sum((d * g).sum() for d, g in zip(step, G, strict=True))
    after = loss(*(w - d for w, d in zip(weights, step, strict=True)))
    fall = loss(*weights) - after
    second = sum(pairs) + own
    assert abs(gain - second - fall) < 0.05 * second  # what is left: cubic
    return torch.stack([*pairs, own, gain, second / gain, fall])


u, v, w = weights
print("rates     a  interaction of layers      with    gain quotient   loss")
print("             1 and 2 1 and 3 2 and 3  itself                  falls by")
for by_layer in False, True:
    rows = []
    for a in (0.5, 1.0, 2.0):
        rows.append(report((u * a, v / a, w), by_layer))
        print("by layer" if by_layer else "one rate", f"{a:3}", end="")
        print("".join(f"{value:8.5f}" for value in rows[-1]))
    found = torch.stack(rows)
    if by_layer:  # nothing depends on a
        torch.testing.assert_close(found, found[[0, 0, 0]], rtol=1e-9, atol=0)
    else:  # 1 and 2 do not; 1 and 3 fall by a^2, 2 and 3 rise by it
        power = torch.tensor([[1, 4, 1 / 4], [1, 1, 1], [1, 1 / 4, 4]])
        torch.testing.assert_close(
            found[:, :3], found[1, :3] * power, rtol=1e-9, atol=0
        )
