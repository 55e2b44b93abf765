"""Where does the length of the weights go when BN ignores it?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, target = torch.randn(200, 5), torch.randn(200, 3)
linear = nn.Linear(5, 3, bias=False)
model = nn.Sequential(linear, nn.BatchNorm1d(3, eps=1e-300), nn.Tanh())
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)


def loss_and_gradient():
    optimizer.zero_grad()
    loss = ((model(x) - target) ** 2).mean()
    loss.backward()
    return loss.item(), linear.weight.grad.clone()


loss, G = loss_and_gradient()
with torch.no_grad():
    linear.weight *= 3
same, third = loss_and_gradient()
assert abs(same - loss) < 1e-12  # the loss does not see the length,
torch.testing.assert_close(third, G / 3, atol=1e-12, rtol=0)  # G does
with torch.no_grad():
    linear.weight /= 3

print("step   ||w||^2 of the three units   loss")
for step in range(61):
    loss, G = loss_and_gradient()
    w = linear.weight.detach().clone()
    inner = (w * G).sum(1)  # one product for each unit
    torch.testing.assert_close(inner, torch.zeros(3), atol=1e-12, rtol=0)
    squared = w.square().sum(1)
    optimizer.step()
    grown = linear.weight.detach().square().sum(1)
    pythagoras = squared + 0.5**2 * G.square().sum(1)
    torch.testing.assert_close(grown, pythagoras, atol=1e-12, rtol=0)
    assert (grown > squared).all()
    if step % 20 == 0:
        lengths = "   ".join(f"{value:.3f}" for value in squared)
        print(f"{step:4}   {lengths}         {loss:.4f}")
