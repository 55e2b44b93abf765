"""Which values share a mean in each normaliser of your network?"""

import copy

import torch
from torch import nn


def pools(model, *inputs, **options):
    """Return (name, class, input's shape, values pooled along each axis)."""
    model, inputs, options = copy.deepcopy((model, inputs, options))
    found, hooks, rows = {}, [], []
    for name, norm in model.named_modules():
        kind = type(norm).__name__
        if "norm" in kind.lower() and not [*norm.children()]:

            def keep(norm, args, name=name):
                x = next(iter(args), None)
                if torch.is_tensor(x) and not isinstance(x, nn.Parameter):
                    found[name, tuple(x.shape)] = norm

            hooks.append(norm.register_forward_pre_hook(keep))
    with torch.random.fork_rng(), torch.no_grad():
        model(*inputs, **options)
        for hook in hooks:
            hook.remove()
        for (name, shape), norm in found.items():
            for weight in norm.cpu().double().parameters():
                weight.fill_(1)  # a gamma of zero would hide everything
            x = torch.randn(shape, dtype=torch.float64, requires_grad=True)
            with torch.enable_grad():  # which inputs move the first output?
                first = norm(x).flatten()[0]
            (slope,) = torch.autograd.grad(first, x)
            pool = tuple(len(places.unique()) for places in slope.nonzero().T)
            rows.append((name, type(norm).__name__, shape, pool))
    return rows


torch.manual_seed(0)
images, tokens = torch.randn(16, 3, 8, 8), torch.randn(4, 10, 32)
cnn = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding=1),
    nn.BatchNorm2d(8),
    nn.GroupNorm(2, 8),
    nn.InstanceNorm2d(8),
    nn.LayerNorm(8),  # meant: over the channels
    nn.Flatten(),
    nn.Linear(512, 8),
    nn.GroupNorm(8, 8),
)
encoder = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)
for row in pools(cnn, images) + pools(encoder, tokens):
    shapes = ["x".join(map(str, shape)) for shape in row[2:]]
    print("{:6}{:15}{:9}{}".format(*row[:2], *shapes))
print("the first in eval():", pools(cnn.eval(), images)[0][3])
