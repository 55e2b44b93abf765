"""Why does a gradient check do badly with a batch of two?"""

import torch
from torch.func import grad, vmap
from torch.nn.functional import batch_norm, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
shapes, networks = [(15, 20), (20, 30), (30, 10)], 12


def bn(z):
    return batch_norm(z, None, None, training=True)


def error(norm, B, h):
    """Relative error of central differences, for the first weights."""
    x, y = torch.randn(B, 15), torch.randint(10, (B,))
    weight, *others = [0.05 * torch.randn(shape) for shape in shapes]

    def loss(weight):
        z = norm(x @ weight)
        for other in others[:-1]:
            z = norm(torch.relu(z) @ other)
        return cross_entropy(torch.relu(z) @ others[-1], y)

    exact = grad(loss)(weight).flatten()
    moves = h * torch.eye(300).view(300, 15, 20)
    up, down = (vmap(loss)(weight + sign * moves) for sign in (1, -1))
    return ((up - down) / (2 * h) - exact).norm() / exact.norm()


sizes = (2, 3, 4, 8, 32)


def row(norm, h):
    """Power of ten of the error for each batch size, a median."""
    found = [[error(norm, B, h) for _ in range(networks)] for B in sizes]
    return torch.tensor(found).median(1).values.log10()


print("relative error of the difference     B = 2    3    4    8   32")
for h in (1e-5, 1e-6):
    powers = "".join(f"{power:5.0f}" for power in row(bn, h))
    print(f"batch norm, step {h:.0e}: 10 to the {powers}")
plain = row(lambda z: z, 1e-5)
assert plain.max() < -7
print("no normalisation, step 1e-05: below 10 to the -7")
