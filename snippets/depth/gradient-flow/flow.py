"""Layer by layer, how large are signal, gradient and weight gradient?"""

import copy

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def flow(model, loss_of):
    """Return name, z, its spread over the batch, dL/dz, dL/dW of layers."""
    model, rows = copy.deepcopy(model), []  # yours stays as it is

    def rms(t):
        return t.detach().square().mean().sqrt().item()

    def watch(layer, _, z):
        row = [layer, rms(z), rms(z - z.mean(0)), 0.0]
        z.register_hook(lambda delta: row.__setitem__(3, rms(delta)))
        rows.append(row)

    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.modules.conv._ConvNd):
            layer.requires_grad_().register_forward_hook(watch)
    model.zero_grad()
    loss_of(model).backward()
    names = {layer: name for name, layer in model.named_modules()}
    return [(names[r[0]], *r[1:], rms(r[0].weight.grad)) for r in rows]


x, y = torch.randn(100, 64), torch.randint(10, (100,))
layers = [nn.Sequential(nn.Linear(64, 64), nn.ReLU()) for _ in range(29)]
model = nn.Sequential(*layers, nn.Linear(64, 10))
for start in ("torch's default", "kaiming_normal_, zero biases"):
    if start != "torch's default":
        for layer in model.modules():
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
    print(f"{start}:\nlayer     rms z   spread    dL/dz    dL/dW")
    rows = flow(model, lambda net: nn.functional.cross_entropy(net(x), y))
    for name, *sizes in rows[:-1:9]:
        print(f"{name:6}" + "".join(f"{size:9.0e}" for size in sizes))
