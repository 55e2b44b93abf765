"""Is gradient shift, for a small step, a block of the Hessian?"""

import matplotlib.pyplot as plt
import torch
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

widths = [5, 6, 6, 6, 3]  # four layers, tanh
x, y = torch.randn(50, 5), torch.randint(3, (50,))
sizes = [n * m + n for m, n in zip(widths, widths[1:], strict=False)]
theta = torch.randn(sum(sizes)) * 0.6
block = []  # block[l]: where the parameters of layer l + 1 stand in theta
for size in sizes:
    start = block[-1].stop if block else 0
    block.append(slice(start, start + size))


def loss(theta):
    h = x
    for layer, part in enumerate(block):
        n, m = widths[layer + 1], widths[layer]
        weight, bias = theta[part].split([n * m, n])
        z = h @ weight.view(n, m).T + bias
        h = torch.tanh(z)
    return cross_entropy(z, y)


gradient = torch.func.grad(loss)
G = gradient(theta)
H = torch.autograd.functional.hessian(loss, theta)
lrs = [0.1 * 2.0**-k for k in range(-4, 11)]

print("layer  lr       shift / first order  remainder falls, lr halved")
for layer, part in enumerate(block):
    below = block[:layer]
    first = -sum(H[part, k] @ G[k] for k in below)  # k: the layers below
    shift, remainder = [], []
    for lr in lrs:
        layers = [theta[own].clone().requires_grad_() for own in block]
        loss(torch.cat(layers)).backward()
        for own in layers[layer:]:
            own.grad = None  # only the layers below step
        torch.optim.SGD(layers, lr).step()
        moved = torch.cat(layers).detach()
        change = gradient(moved)[part] - G[part]
        shift.append(change.norm().item())
        remainder.append((change - lr * first).norm().item())
    if layer == 0:
        assert max(shift) < 1e-9  # nothing lies below the first layer
        continue
    for k in (0, 4, 7, 13):
        ratio = shift[k] / (lrs[k] * first.norm().item())
        order = remainder[k] / remainder[k + 1]
        print(f"{layer + 1}      {lrs[k]:.5f}  {ratio:.4f}", end=" " * 15)
        print(f"by {order:.2f}")
    assert abs(ratio - 1) < 2e-3 and abs(order - 4) < 0.02  # O(lr ** 2)

plt.loglog(lrs, shift, "C0o", markersize=4, label="gradient shift")
line = [lr * first.norm().item() for lr in lrs]
plt.loglog(lrs, line, "k-", linewidth=1, label="first order, from the Hessian")
plt.loglog(lrs, remainder, "C3^", markersize=4, label="shift − first order")
square = [remainder[-1] * (lr / lrs[-1]) ** 2 for lr in lrs]
plt.loglog(lrs, square, "k--", linewidth=1, label="slope 2")
plt.xlabel("learning rate")
plt.ylabel("norm, last layer")
plt.legend(loc="lower right")
plt.show()
