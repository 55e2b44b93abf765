"""Own step or input shift: what changed the output of any layer?"""

import copy

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


@torch.no_grad()
def split_change(old, new, h_old, h_new):
    """Return own step, input shift and the rest of the change of a layer."""
    own = new(h_old) - old(h_old)
    shift = old(h_new) - old(h_old)
    return own, shift, new(h_new) - old(h_old) - own - shift


x, y = torch.randn(64, 3, 8, 8), torch.randint(10, (64,))
start = nn.Sequential(nn.Conv2d(3, 9, 3), nn.ReLU(), nn.Conv2d(9, 9, 3))
start.extend([nn.ReLU(), nn.Flatten(), nn.Linear(144, 10)])
print("               own  input  cross")
for method, lr in (torch.optim.Adam, 0.01), (torch.optim.SGD, 0.1):
    old, net = copy.deepcopy(start), copy.deepcopy(start)
    optimizer = method(net.parameters(), lr=lr)
    nn.functional.cross_entropy(net(x), y).backward()
    optimizer.step()
    for k in 0, 2, 5:
        h = old[:k](x), net[:k](x)
        parts = split_change(old[k], net[k], *h)
        if isinstance(old[k], nn.Linear):  # the three terms of the text
            step = net[k].weight - old[k].weight
            own = h[0] @ step.T + net[k].bias - old[k].bias
            shift, cross = (
                (h[1] - h[0]) @ old[k].weight.T,
                (h[1] - h[0]) @ step.T,
            )
            for part, exact in zip(parts, (own, shift, cross), strict=True):
                torch.testing.assert_close(part, exact, rtol=0, atol=1e-12)
        spread = old[k](h[0]).std(0).square().mean().sqrt()
        sizes = [
            (part.square().mean().sqrt() / spread).item() for part in parts
        ]
        print(
            f"{method.__name__:4} {type(old[k]).__name__:6}",
            *[f"{size:6.2f}" for size in sizes],
        )
