"""Averaged weights: which running statistics belong to them?"""

import torch
from torch import nn
from torch.nn.functional import mse_loss
from torch.optim.swa_utils import AveragedModel, update_bn
from torch.optim.swa_utils import get_ema_multi_avg_fn as ema

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = 2 + torch.randn(2048, 8)
y = (x[:, :4] * x[:, 4:]).sum(1, keepdim=True)
net = nn.Sequential(
    nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 1)
)
average = ema(0.98)
weights = AveragedModel(net, multi_avg_fn=average)  # copies the buffers
both = AveragedModel(net, multi_avg_fn=average, use_buffers=True)
fresh = [b.clone() for b in net.buffers()]
optimizer = torch.optim.SGD(net.parameters(), 0.02, momentum=0.9)
for _ in range(400):
    i = torch.randint(2048, (64,))
    optimizer.zero_grad()
    mse_loss(net(x[i]), y[i]).backward()
    optimizer.step()
    weights.update_parameters(net)
    both.update_parameters(net)


def show(name, model):
    print(f"{name:32} {mse_loss(model.eval()(x), y).item():8.2g}")


show("last weights and statistics", net)
show("averaged, statistics of the last", weights)
show("averaged, statistics too", both)
update_bn(x.split(64), weights)
show("averaged, statistics re-estimated", weights)
for buffer, old in zip(weights.module.buffers(), fresh, strict=True):
    buffer.copy_(old)
show("averaged, statistics of the start", weights)
