"""How much does each layer's gradient change when the layers below step?"""

import copy

import torch
from torch import nn
from torch.nn.functional import cosine_similarity, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def gradient_shift(before, after, loss_of):
    """Return name, relative gradient shift and cosine of each layer."""
    net, calls, layers, found = copy.deepcopy(before), {}, {}, []
    for name, layer in net.named_modules():

        def note(*_, name=name):  # which layer is below which?
            calls.setdefault(name, len(calls))

        layer.training &= isinstance(layer, nn.modules.batchnorm._BatchNorm)
        layer.register_forward_pre_hook(note)

    def gradient(own):
        with torch.random.fork_rng():
            torch.manual_seed(0)  # the same noise, if any, each time
            options = {"allow_unused": True, "materialize_grads": True}
            G = torch.autograd.grad(loss_of(net), list(own), **options)
        return torch.cat([g.flatten() for g in G]).cpu().double()

    new = dict(after.named_parameters())
    for name, p in net.named_parameters():  # what is shared comes once
        if p.requires_grad:
            layers.setdefault(name.rpartition(".")[0], {})[p] = new[name]
    G = {name: gradient(own) for name, own in layers.items()}
    place = {name: calls.get(name.rpartition(".")[0], 0) for name in G} | calls
    for name in sorted(G, key=place.get):
        G_new = gradient(layers[name])
        rho = (G_new - G[name]).norm() / G[name].norm()
        cos = cosine_similarity(G_new, G[name], 0, 0)
        found.append((name, rho.item(), cos.item()))
        with torch.no_grad():
            for p, stepped in layers[name].items():
                p.copy_(stepped)
    return found


x, y = torch.randn(256, 20), torch.randint(5, (256,))
before, width = nn.Sequential(), 20
for _ in range(8):
    before.extend([nn.Linear(width, 64), nn.BatchNorm1d(64), nn.ReLU()])
    width = 64
before.append(nn.Linear(64, 5))


def loss_of(net):
    return cross_entropy(net(x), y)


print("rate  layer   shift  cosine")
for lr in (0.01, 0.1, 1.0):
    after = copy.deepcopy(before)
    optimizer = torch.optim.SGD(after.parameters(), lr=lr)
    loss_of(after).backward()
    optimizer.step()
    for name, rho, cos in gradient_shift(before, after, loss_of)[::8]:
        print(f"{lr:4}  {name:5} {rho:6.2f}  {cos:6.2f}")
