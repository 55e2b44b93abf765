"""Does the identity survive batch normalisation, which couples the batch?"""

from copy import deepcopy

import torch
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

x, y = torch.randn(50, 5), torch.randint(3, (50,))
net = nn.Sequential()  # four layers, tanh, BN in the hidden ones
for n_in in (5, 6, 6):
    linear = nn.Linear(n_in, 6, bias=False)
    net.append(nn.Sequential(linear, nn.BatchNorm1d(6), nn.Tanh()))
net.append(nn.Linear(6, 3))
for parameter in net.parameters():
    nn.init.normal_(parameter, std=0.6)


def gradients(net, **options):
    """Of the loss on the batch: one vector for each layer."""
    grads = torch.autograd.grad(
        cross_entropy(net(x), y), list(net.parameters()), **options
    )
    grads, flat = iter(grads), nn.utils.parameters_to_vector
    return [flat([next(grads) for _ in layer.parameters()]) for layer in net]


G = gradients(net, create_graph=True)
print("layer  lr        shift / first order  remainder falls, lr halved")
for layer in (1, 2, 3):  # counted from 0: `layer` of them lie below
    own, first = list(net[layer].parameters()), 0
    for k in range(layer):  # H_lk G_k is the gradient of G_k times constants
        inner = G[k] @ G[k].detach()
        H_G = torch.autograd.grad(inner, own, retain_graph=True)
        first = first - nn.utils.parameters_to_vector(H_G)
    remainder = []
    for lr in (0.001, 0.0005):
        moved = deepcopy(net)
        optimizer = torch.optim.SGD(moved[:layer].parameters(), lr=lr)
        cross_entropy(moved(x), y).backward()
        optimizer.step()  # the layers below, and no other
        change = (gradients(moved)[layer] - G[layer]).detach()
        remainder.append((change - lr * first).norm())
        ratio = change.norm() / (lr * first.norm())
    order = (remainder[0] / remainder[1]).item()
    assert abs(order - 4) < 0.05  # 4 - O(lr): quadratic; a wrong sign gives 2
    assert abs(ratio - 1) < 0.01
    print(f"{layer + 1}      {lr:.4f}    {ratio:.4f}", end=" " * 15)
    print(f"by {order:.2f}")
