"""What does each batch norm of a network meet, and what has it stored?"""

import copy
from functools import partial

import torch
from torch import nn
from torch.nn.functional import batch_norm
from torch.nn.modules.batchnorm import _BatchNorm

torch.manual_seed(0)


def meet(model, x):
    """Print what each batch norm gets from x, and how far that was stored."""

    def show(name, norm, given):
        h = given[0].double().transpose(0, 1).flatten(1).T  # a unit a column
        flat = (h.var(0, correction=0) < 99 * norm.eps).sum()
        text = f"{name}: m {len(h)}, flat {flat} of {h.shape[1]}"
        if norm.running_mean is not None:
            mean, var = norm.running_mean.double(), norm.running_var.double()
            gap = batch_norm(h, mean, var, eps=norm.eps)
            gap -= batch_norm(h, None, None, training=True, eps=norm.eps)
            gap = gap.square().mean(0).sqrt()
            text += f", gap {gap.median():.1f}, at worst {gap.max():.1f}"
        print(text)

    model = copy.deepcopy(model).train()  # yours stays as it is
    for name, norm in model.named_modules():
        if isinstance(norm, _BatchNorm):
            norm.momentum = 0.0
            norm.register_forward_pre_hook(partial(show, name))
    with torch.no_grad():
        model(x)


conv, norm = nn.Conv2d(1, 8, 3, bias=False), nn.BatchNorm2d(8)
conv.weight.data[0] = 0.0  # a dead channel
dense = nn.Flatten(), nn.Linear(288, 6, bias=False), nn.BatchNorm1d(6)
head = nn.ReLU(), nn.Linear(6, 3)  # no norm after the last layer
net = nn.Sequential(conv, norm, nn.ReLU(), *dense, *head)
x = 3 * torch.randn(500, 1, 8, 8) + 5
for batches in 3, 97:
    for _ in range(batches):
        net(x[torch.randperm(500)[:32]])
    print(f"after {batches} more batches in training:")
    meet(net, x)
