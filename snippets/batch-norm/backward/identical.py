"""What do the weights below receive from a batch of equal examples?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
layer, norm = nn.Linear(5, 3), nn.BatchNorm1d(3)
u = torch.randn(1, 5).repeat(16, 1)  # one example, 16 times
target = torch.randn(16, 3)  # with different targets
z = layer(u)
z.retain_grad()
loss = 0.5 * (norm(z) - target).square().mean()
loss.backward()
g = (norm.bias.detach() - target) / target.numel()  # the output is beta
exact = (g - g.mean(0)) / norm.eps**0.5
torch.testing.assert_close(z.grad, exact, rtol=1e-9, atol=1e-12)
tiny = {"rtol": 0, "atol": 1e-12}
for gradient in layer.weight.grad, layer.bias.grad, norm.weight.grad:
    torch.testing.assert_close(gradient, torch.zeros_like(gradient), **tiny)
print(f"1 / sqrt(eps) = {norm.eps**-0.5:.1f}")
print(f"largest gradient at z:      {z.grad.abs().max():.2f}")
print("gradient of W, b and gamma: 0 to 1e-12")
print(f"largest gradient of beta:   {norm.bias.grad.abs().max():.3f}")
