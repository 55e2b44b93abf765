"""How far can one clipped step move the network?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(64, 20), torch.randint(10, (64,))
lr, limit = 0.1, 1.0

for scale in (1e-3, 1.0, 1e3):  # three sizes of the loss
    net = nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.Linear(30, 10))
    start = nn.utils.parameters_to_vector(net.parameters()).detach().clone()
    mean = net[0](x).mean(0).detach()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    (scale * nn.functional.cross_entropy(net(x), y)).backward()
    nn.utils.clip_grad_norm_(net.parameters(), limit)
    optimizer.step()
    end = nn.utils.parameters_to_vector(net.parameters()).detach()
    moved = (end - start).norm()
    shift = (net[0](x).mean(0).detach() - mean).norm()
    bound = lr * limit * (1 + x.mean(0).square().sum()).sqrt()
    assert moved <= lr * limit * (1 + 1e-9) and shift <= bound
    print(f"loss x {scale:6}: |change of parameters| = {moved:.5f}")
