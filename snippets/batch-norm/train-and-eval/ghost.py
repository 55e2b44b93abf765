"""Is gradient accumulation the same as a large batch?"""

import torch
from torch import nn
from torch.nn.functional import batch_norm, cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, labels = torch.randn(32, 6) + torch.randn(6), torch.arange(32) % 3
first, last = nn.Linear(6, 12), nn.Linear(12, 3)


def bn(z):
    """Normalise by the statistics of this batch."""
    return batch_norm(z, None, None, training=True)


def ghost(z):
    """Normalise four ghost batches of eight, as four groups of channels."""
    groups = z.view(4, 8, 12).transpose(0, 1).reshape(8, 48)
    return bn(groups).view(8, 4, 12).transpose(0, 1).reshape(32, 12)


def gradient(norm, parts=1):
    """Accumulate the gradient over the parts of the batch."""
    first.zero_grad()
    for a, b in zip(x.chunk(parts), labels.chunk(parts), strict=True):
        z = last(torch.relu(norm(first(a))))
        (cross_entropy(z, b) / parts).backward()
    return first.weight.grad.clone()


stored = torch.randn(12), torch.rand(12)  # whatever they are
for name, norm in {
    "no norm": lambda z: z,
    "layer norm": lambda z: layer_norm(z, (12,)),
    "frozen batch norm": lambda z: batch_norm(z, *stored),
    "batch norm": bn,
}.items():
    one, four = gradient(norm), gradient(norm, 4)
    gap = (four - one).norm() / one.norm()
    assert (gap < 1e-13) == (name != "batch norm")
    print(f"{name:18} accumulated against one batch: ", end="")
    print("equal" if gap < 1e-13 else f"off by {100 * gap:.0f} %")
torch.testing.assert_close(
    gradient(bn, 4), gradient(ghost), rtol=0, atol=1e-15
)
print("batch norm, accumulated = one batch with four ghost batches")

two = torch.tensor([[0.0], [2.0]])
four = torch.cat([two, two + 10])
near, far = bn(four), torch.cat([bn(part) for part in four.split(2)])
print("0, 2, 10, 12 at once:", *[f"{v:+.3f}" for v in near.flatten()])
print("as 0, 2 and 10, 12:  ", *[f"{v:+.3f}" for v in far.flatten()])
