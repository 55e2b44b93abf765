"""How far can one clipped step move the means of a layer?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(64, 20) + 0.5, torch.randint(10, (64,))
x_bar = x.mean(0)
lr, limit = 0.1, 0.5
bound = lr * limit * (1 + x_bar.square().sum()).sqrt()


def shift_of_means(loss_of):
    """Take one clipped step; return how far the means of z have moved."""
    net = nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.Linear(30, 10))
    before = net[0](x).mean(0).detach()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    loss_of(net).backward()
    nn.utils.clip_grad_norm_(net.parameters(), limit)
    optimizer.step()
    return (net[0](x).mean(0).detach() - before).norm()


for scale in (1e-3, 1.0, 1e3):  # three sizes of the loss
    shift = shift_of_means(
        lambda net, c=scale: c * nn.functional.cross_entropy(net(x), y)
    )
    assert shift < bound
    share = 100 * shift / bound
    print(f"loss x {scale:6}: the means move by {share:.2g} % of the bound")

# The worst loss sees nothing but the means, and reaches the bound.
v = torch.randn(30)
shift = shift_of_means(lambda net: 1e3 * net[0](x).mean(0) @ v)
torch.testing.assert_close(shift, bound, rtol=1e-5, atol=0)
print("worst loss    : they reach the bound")
