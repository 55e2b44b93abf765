"""Can each value be replaced by its rank in the batch?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B = 64
x = torch.randn(B).exp()  # a skewed unit


def soft_rank(x, tau):
    """Share of the batch below each value, with blurred edges."""
    width = tau * x.std(correction=0)
    return torch.sigmoid((x[:, None] - x) / width).mean(1)


def skewness(y):
    y = y - y.mean()
    return ((y**3).mean() / (y**2).mean() ** 1.5).item()


rank = x.argsort().argsort()  # whole numbers: a staircase has no gradient
torch.testing.assert_close(soft_rank(x, 1e-9), (rank + 0.5) / B)
print(f"skewness of the unit {skewness(x):.1f}")
print("blur tau   skewness of the ranks   median slope")
for tau in (1.0, 0.1, 0.01, 0.001, 0.0001):
    y = soft_rank(x, tau)
    torch.testing.assert_close(y.mean(), torch.tensor(0.5))
    torch.testing.assert_close(soft_rank(3 * x + 1, tau), y)
    jacobian = torch.func.jacrev(lambda x, tau=tau: soft_rank(x, tau))(x)
    zero = torch.zeros(B)  # a shift of the batch changes no rank
    torch.testing.assert_close(jacobian.sum(1), zero, rtol=0, atol=1e-10)
    slope = jacobian.diag().median()
    print(f"{tau:<8} {skewness(y):18.2f} {slope:18.1e}")
