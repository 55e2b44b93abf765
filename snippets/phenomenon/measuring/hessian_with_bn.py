"""Does the identity survive batch normalisation, which couples the batch?"""

import torch
from torch.autograd.functional import hvp
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

widths = [5, 6, 6, 6, 3]  # four layers, tanh, BN in the hidden ones
x, y = torch.randn(50, 5), torch.randint(3, (50,))
sizes = [n * m + 2 * n for m, n in zip(widths, widths[1:], strict=False)]
block, start = [], 0
for size in sizes:  # weight, gamma and beta of each layer
    block.append(slice(start, start + size))
    start += size
theta = torch.randn(start) * 0.6


def loss(theta):
    h = x
    for layer, part in enumerate(block):
        n, m = widths[layer + 1], widths[layer]
        weight, gamma, beta = theta[part].split([n * m, n, n])
        z = h @ weight.view(n, m).T
        if layer < 3:  # the statistics of the batch, and through them all x
            s = (z.var(0, correction=0) + 1e-5).sqrt()
            z = (z - z.mean(0)) / s * (1 + gamma)
        h = torch.tanh(z + beta)
    return cross_entropy(z + beta, y)


gradient = torch.func.grad(loss)
G = gradient(theta)
print("layer  lr        shift / first order  remainder falls, lr halved")
for layer in (1, 2, 3):
    part = block[layer]
    step = torch.zeros_like(theta)
    step[: part.start] = -G[: part.start]  # only the layers below
    _, product = hvp(loss, theta, step)  # H times step
    remainder = []
    for lr in (0.001, 0.0005):
        change = (gradient(theta + lr * step) - G)[part]
        remainder.append((change - lr * product[part]).norm())
        ratio = change.norm() / (lr * product[part].norm())
    order = (remainder[0] / remainder[1]).item()
    assert abs(order - 4) < 0.05  # 4 - O(lr): quadratic; a wrong sign gives 2
    assert abs(ratio - 1) < 0.01
    print(f"{layer + 1}      {lr:.4f}    {ratio:.4f}", end=" " * 15)
    print(f"by {order:.2f}")
