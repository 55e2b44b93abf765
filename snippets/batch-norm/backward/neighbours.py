"""If the loss looks at one example only, what do the others receive?"""

import matplotlib.pyplot as plt
import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
m, k = 16, 0
x = torch.randn(m, 1)
x[k] = 1.5
x.requires_grad_()
y = batch_norm(x, None, None, training=True, eps=1e-5)
(dx,) = torch.autograd.grad(y[k], x, retain_graph=True)  # no other loss
r = torch.sqrt(x.detach().var(0, unbiased=False) + 1e-5)
dx, x_hat = (r * dx).squeeze(), y.detach().squeeze()

others = torch.arange(m) != k


def line(u):
    """Gradient, times r, of an example with the normalised value u."""
    return -(1 + u * x_hat[k]) / m


exact = line(x_hat)
torch.testing.assert_close(dx[others], exact[others], rtol=0, atol=1e-12)
torch.testing.assert_close(dx[k], 1 + exact[k], rtol=0, atol=1e-12)
assert abs(dx.sum()) < 1e-12
low, high = dx[others].min(), dx[others].max()
print(f"the example with the loss: {dx[k]:.3f} / r")
print(f"the {m - 1} others: from {low:.3f} / r to {high:.3f} / r")

# The other way round: all but example k have a loss.
g = torch.randn(m)
g[k] = 0.0
(back,) = torch.autograd.grad(y, x, g[:, None])
dx_k = (r * back[k]).squeeze()
torch.testing.assert_close(dx_k, g @ line(x_hat), rtol=0, atol=1e-12)

ends = torch.tensor([x_hat.min() - 0.2, x_hat.max() + 0.2])
plt.plot(ends, line(ends), "k-", label="theory")
plt.plot(x_hat[others], dx[others], "o", color="C1", label="others")
plt.axhline(0, color="k", linestyle=":")
plt.xlabel("normalised value of the example")
plt.ylabel("gradient received, times r")
plt.legend()
plt.show()
