"""Which parameters of a network with BN can be scaled with no effect?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(64, 12), torch.randint(5, (64,))


class Net(nn.Module):
    """Three hidden layers: plain, a residual branch, a residual sum."""

    def __init__(self):
        super().__init__()
        self.first, self.branch, self.sum = (nn.Linear(12, 12) for _ in "123")
        self.bn1, self.bn2, self.bn3 = (
            nn.BatchNorm1d(12, eps=1e-300) for _ in "123"
        )
        self.last = nn.Linear(12, 5)
        for p in self.parameters():  # no special values
            nn.init.normal_(p)

    def forward(self, x):
        """Return the logits."""
        h = torch.relu(self.bn1(self.first(x)))
        h = torch.relu(h + self.bn2(self.branch(h)))  # BN within the branch
        h = torch.relu(self.bn3(h + self.sum(h)))  # BN after the sum
        return self.last(h)


net = Net()
loss = nn.functional.cross_entropy(net(x), y)
loss.backward()
print("parameter         loss(2p) - loss(p)   <p, g>")
for name, p in net.named_parameters():
    if name.startswith(("bn2", "bn3", "branch.b", "sum.b")):
        continue
    inner = (p * p.grad).sum().item()
    with torch.no_grad():
        p.mul_(2)
        change = (nn.functional.cross_entropy(net(x), y) - loss).item()
        p.div_(2)
    invariant = name in ("first.weight", "branch.weight", "first.bias")
    assert invariant == (abs(change) < 1e-12) == (abs(inner) < 1e-12)
    row = "0               0" if invariant else f"{change:.3f} {inner:15.3f}"
    print(f"{name:14} {row:>27}")
assert net.first.bias.grad.abs().max() < 1e-12
print("0 means below 1e-12; the whole gradient of first.bias is 0")
