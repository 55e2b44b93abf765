"""What does batch normalisation leave of a batch of two?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
eps = 1e-5
x = 5 * torch.randn(2, 1000) + 3  # 1,000 units, two examples
x.requires_grad_()
gamma, beta = torch.randn(1000), torch.randn(1000)
y = batch_norm(x, None, None, gamma, beta, training=True, eps=eps)

delta = (x[0] - x[1]).detach()  # the closed form knows only the difference
x_hat = delta.sign() / torch.sqrt(1 + 4 * eps / delta**2)
exact = torch.stack([beta + gamma * x_hat, beta - gamma * x_hat])
torch.testing.assert_close(y, exact, rtol=1e-9, atol=1e-9)

slope = torch.autograd.grad(y[0].sum(), x)[0][0]
exact = gamma * eps / 2 / (delta**2 / 4 + eps) ** 1.5
torch.testing.assert_close(slope, exact, rtol=1e-6, atol=1e-12)
print("difference of the two values   output (gamma 1, beta 0)   slope")
for d in 1.0, 0.1, 0.01, 0.001, 1e-6:
    pair = torch.tensor([[d], [0.0]], requires_grad=True)
    y = batch_norm(pair, None, None, training=True, eps=eps)
    slope = torch.autograd.grad(y[0], pair)[0][0].item()
    top, bottom = y.flatten().tolist()
    print(f"{d:12.6f} {top:25.5f} and {bottom:.5f} {slope:14.5f}")
