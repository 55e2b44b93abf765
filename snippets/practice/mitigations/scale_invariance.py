"""What does the scale of a weight do when batch normalisation follows?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(64, 20), torch.randint(10, (64,))
c, lr = 6**0.5, 0.1  # He's standard deviation over torch's default


def build(scale, eps=1e-300):
    """Return the same network, with both normalised weights times scale."""
    torch.manual_seed(1)
    net = nn.Sequential(
        nn.Linear(20, 30, bias=False),
        nn.BatchNorm1d(30, eps=eps),
        nn.ReLU(),
        nn.Linear(30, 30, bias=False),
        nn.BatchNorm1d(30, eps=eps),
        nn.ReLU(),
        nn.Linear(30, 10),
    )
    net[0].weight.data *= scale
    net[3].weight.data *= scale
    return net


def outputs_after_a_step(net, weight_lr):
    weights = [net[0].weight, net[3].weight]
    rest = [p for p in net.parameters() if all(p is not w for w in weights)]
    groups = [{"params": weights, "lr": weight_lr}, {"params": rest}]
    optimizer = torch.optim.SGD(groups, lr=lr)
    nn.functional.cross_entropy(net(x), y).backward()
    optimizer.step()
    return net(x), net[3].weight.grad


torch.testing.assert_close(build(c)(x), build(1)(x), rtol=0, atol=1e-12)
print("scale 1 and scale c: equal outputs, to 1e-12")

small, grad_small = outputs_after_a_step(build(1), lr)
large, grad_large = outputs_after_a_step(build(c), lr)
torch.testing.assert_close(c * grad_large, grad_small, rtol=0, atol=1e-9)
print("the gradient of the larger weight is c times smaller")
gap = (large - small).abs().max()
print(f"after one step at lr 0.1 the outputs differ by {gap:.2f}")

matched, _ = outputs_after_a_step(build(c), c**2 * lr)
torch.testing.assert_close(matched, small, rtol=0, atol=1e-9)
print(f"at lr c^2 x 0.1 = {c**2 * lr:.1f} for the larger: equal again")

gap = (build(c, 1e-5)(x) - build(1, 1e-5)(x)).abs().max()
print(f"with torch's eps = 1e-5 the outputs differ by {gap:.0e}")
