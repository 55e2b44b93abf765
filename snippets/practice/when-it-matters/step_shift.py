"""How far does one step move what each layer of my network puts out?"""

import copy

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def step_shift(model, step, *inputs):
    """Call step(); return name, shift and spread of what each layer gave."""

    def moments():
        copied, found = copy.deepcopy(model), []  # yours stays as it is
        names = {m: name for name, m in copied.named_modules()}

        def watch(m, _, z):
            unit = -1 if isinstance(m, nn.Linear) else 1
            z = z.double().movedim(unit, -1).flatten(0, -2)
            found.append((names[m], z.mean(0), z.std(0, correction=0)))

        for m in names:
            if isinstance(m, nn.Linear | _ConvNd | _BatchNorm):
                m.register_forward_hook(watch)
        with torch.no_grad(), torch.random.fork_rng():
            torch.manual_seed(0)  # the same dropout before and after
            copied(*inputs)
        return found

    before, rows = moments(), []
    step()
    for (name, mean, s), (_, new, t) in zip(before, moments(), strict=True):
        gap = ((new - mean) ** 2 + (t - s) ** 2).sqrt() / s
        rows.append((name, gap[s > 0].mean().item(), s.mean().item()))
    return rows


x, y = torch.randn(200, 64), torch.randint(10, (200,))
print("shift, spread               lr 0.01       lr 0.1         lr 1")
for norm, last in (nn.Identity, "21"), (nn.BatchNorm1d, "21 22"):
    found = []
    for lr in 0.01, 0.1, 1.0:
        torch.manual_seed(1)
        layers = []
        for _ in range(8):
            layers += [nn.Linear(64, 64), norm(64), nn.ReLU()]
            nn.init.kaiming_normal_(layers[-3].weight)
        model = nn.Sequential(*layers, nn.Linear(64, 10))
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        nn.functional.cross_entropy(model(x), y).backward()
        rows = step_shift(model, optimizer.step, x)
        found.append({name: rest for name, *rest in rows})
    for name in last.split():  # the last hidden layer, and its norm
        cells = [f"{row[name][0]:.1g}, {row[name][1]:.1f}" for row in found]
        label = f"{str(model[int(name)]).split('(')[0]} {name}"
        print(
            f"{label:15} {'plain' if norm is nn.Identity else 'BN':6}", end=""
        )
        print("".join(f"{cell:>13}" for cell in cells))
