"""How does every batch norm of a network become a group norm?"""

import copy

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm  # 1d, 2d, 3d, SyncBatchNorm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def group_norms(model, groups=32):
    """Return a copy with group norm in the place of every batch norm."""
    made = {}  # a norm that stands in two places stays one

    def swap(m):
        if not isinstance(m, _BatchNorm):
            return m
        c = m.num_features
        most = 1 if isinstance(m, nn.BatchNorm1d) else groups
        fit = [g for g in range(2, most + 1) if c % g == 0 and c // g > 1]
        new = nn.GroupNorm(max(fit, default=1), c, m.eps, m.affine)
        for own, old in zip(new.parameters(), m.parameters(), strict=True):
            own.data = old.data.clone()  # a gamma of 0 at the start stays 0
            own.requires_grad_(old.requires_grad)
        return made.setdefault(m, new.train(m.training))

    model = swap(copy.deepcopy(model))
    for parent in list(model.modules()):
        for name, m in parent._modules.items():
            parent._modules[name] = made.get(m) or swap(m)
    return model


x = torch.randn(2, 3, 16, 16)
layers = [nn.Conv2d(3, 64, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
layers += [nn.Conv2d(64, 48, 3, bias=False), nn.BatchNorm2d(48), nn.ReLU()]
layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(48, 10)]
before = nn.Sequential(*layers)
after = group_norms(before)
for model in before, after:
    apart = (model(x)[0] - model(x[:1])[0]).abs().max().item()
    kinds = [str(model[k]).split(", eps")[0] + ")" for k in (1, 4)]
    print(*kinds, "| alone as in its batch:", "yes" if apart < 1e-9 else "no")
made = [group_norms(nn.BatchNorm2d(c)).num_groups for c in (132, 32, 4, 2)]
print("132, 32, 4 and 2 channels make", *made, "groups;", end=" ")
print("BatchNorm1d makes", group_norms(nn.BatchNorm1d(128)).num_groups)
