"""Is the gradient of a batch-normalised unit what the metric predicts?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, target, gamma = torch.randn(200, 4) @ torch.randn(4, 4), 1.0, 1.3
x = x - x.mean(0)
S = x.T @ x / 200
w = torch.randn(4, requires_grad=True)
length = (w @ S @ w).sqrt()
out = gamma * x @ w / length
out.retain_grad()
((out - target) ** 2).mean().backward()
w0, length = w.detach(), length.detach()
projection = torch.eye(4) - torch.outer(S @ w0, w0) / length**2
predicted = gamma / length * projection @ (x.T @ out.grad)
torch.testing.assert_close(w.grad, predicted, atol=1e-12, rtol=0)
assert abs(w0 @ predicted) < 1e-12
print("The formula agrees, and w is orthogonal to the gradient.")
