"""Is the gradient of a batch-normalised unit what the metric predicts?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, target = torch.randn(200, 4) @ torch.randn(4, 4), torch.randn(200)
gamma = 1.3
x = x - x.mean(0)
S = x.T @ x / 200
w = torch.randn(4, requires_grad=True)
z = (x @ w)[:, None]
out = gamma * batch_norm(z, None, None, training=True, eps=1e-300).flatten()
out.retain_grad()
((out - target) ** 2).mean().backward()
w0 = w.detach()
length = (w0 @ S @ w0).sqrt()
projection = torch.eye(4) - torch.outer(S @ w0, w0) / length**2
predicted = gamma / length * projection @ (x.T @ out.grad)
torch.testing.assert_close(w.grad, predicted, atol=1e-12, rtol=0)
assert abs(w0 @ predicted) < 1e-12
print("The formula agrees, and w is orthogonal to the gradient,")
print(f"which has the length {w.grad.norm():.4f}.")
