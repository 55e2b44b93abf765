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
x_hat = batch_norm(x, None, None, training=True, eps=1e-5)
(dx,) = torch.autograd.grad(x_hat[k].sum(), x)  # all other losses are zero
r = torch.sqrt(x.detach().var(0, unbiased=False) + 1e-5)
dx, x_hat = (r * dx).squeeze(), x_hat.detach().squeeze()

others = torch.arange(m) != k


def line(u):
    """Gradient, times r, of an example with the normalised value u."""
    return -(1 + u * x_hat[k]) / m


exact = line(x_hat)
torch.testing.assert_close(dx[others], exact[others], rtol=0, atol=1e-12)
torch.testing.assert_close(dx[k], 1 + exact[k], rtol=0, atol=1e-12)
print(f"the example itself, of x_hat {x_hat[k]:.2f}: {dx[k]:.3f} / r")
print(
    f"the {m - 1} others: from {dx[others].min():.3f} / r"
    f" to {dx[others].max():.3f} / r, all nonzero:",
    bool((dx[others].abs() > 1e-3).all()),
)
print(f"sum over the batch below 1e-12: {bool(abs(dx.sum()) < 1e-12)}")

# The other way round: all but example k have a loss.
y = batch_norm(x, None, None, training=True, eps=1e-5)
weight = torch.randn(m, 1)
weight[k] = 0.0
(dx_k,) = torch.autograd.grad((weight * y).sum(), x)
print(f"no loss of its own, and yet receives: {(r * dx_k[k]).item():.3f} / r")

ends = torch.tensor([x_hat.min() - 0.2, x_hat.max() + 0.2])
plt.plot(ends, line(ends), "k-", label="theory")
plt.plot(x_hat[others], dx[others], "o", color="C1", label="others")
plt.axhline(0, color="k", linestyle=":")
plt.xlabel("normalised value of the example")
plt.ylabel("gradient received, times r")
plt.legend()
plt.show()
