"""How large is the gradient of each weight, and how far would SGD move it?"""

import copy

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def grad_by_depth(model, loss_of):
    """Return name, |dL/dW| and |dL/dW| / |W| of each weight matrix."""
    twin, rows = copy.deepcopy(model).requires_grad_(), []  # yours stays
    twin.zero_grad()
    with torch.random.fork_rng():  # dropout draws random numbers
        loss_of(twin).backward()
    for name, weight in twin.named_parameters():
        if weight.dim() > 1 and weight.grad is not None:
            size = weight.grad.norm()
            rows.append((name, size.item(), (size / weight.norm()).item()))
    return rows


class Skip(nn.Sequential):
    def forward(self, h):
        return h + super().forward(h)


n, x, y = 128, torch.randn(128, 64), torch.randint(10, (128,))
for kind in nn.Sequential, Skip:
    parts = [
        (nn.BatchNorm1d(n), nn.ReLU(), nn.Linear(n, n)) for _ in range(30)
    ]
    blocks = [kind(*part) for part in parts]
    model = nn.Sequential(nn.Linear(64, n), *blocks, nn.Linear(n, 10))
    rows = grad_by_depth(model, lambda m: nn.functional.cross_entropy(m(x), y))
    print(f"{kind.__name__:12} |dL/dW|   over |W|")
    for name, size, relative in (rows[k] for k in (1, 10, 20, 30)):
        print(f"{name:>12}{size:8.0e}{relative:11.0e}")
    growth = (rows[1][1] / rows[30][1]) ** (2 / 29)
    print(f"growth of the square a block: {growth:.3f}")
