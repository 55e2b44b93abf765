"""Is the bound of Santurkar et al.'s Theorem 4.1 tight?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, gamma, beta = 32, 1.7, -0.4
z = 3 * torch.randn(B) + 2  # one unit's pre-activations
target = torch.randn(B)
mean, var = z.mean(), z.var(correction=0)


def loss_of(out):  # any loss of the unit's output
    return torch.log1p((out - target) ** 2).sum()


print("eps      rhs / lhs - 1   the same, over eps")
for eps in (1e-1, 1e-3, 1e-5, 0.0):
    z.requires_grad_()
    s2 = z.var(correction=0)
    x_hat = (z - z.mean()) / (s2 + eps).sqrt()
    out = gamma * x_hat + beta
    through_bn, g = torch.autograd.grad(loss_of(out), (z, out))
    z, x_hat = z.detach(), x_hat.detach()
    lhs = through_bn @ through_bn
    removed = g.sum() ** 2 / B + (g @ x_hat) ** 2 / B
    rhs = gamma**2 / var * (g @ g - removed)
    gap = (rhs / lhs - 1).item()
    if eps == 0:
        assert abs(gap) < 1e-12  # equality
        print(f"{eps:<9g}0, to 12 digits")
    else:
        assert gap > 0  # so it is an upper bound
        print(f"{eps:<9g}{gap:.1e}{gap / eps:17.3f}")

# The kept part of g is a projection: orthogonal to 1 and to x_hat.
torch.testing.assert_close(
    through_bn.sum(), torch.tensor(0.0), atol=1e-12, rtol=0
)
torch.testing.assert_close(
    through_bn @ x_hat, torch.tensor(0.0), atol=1e-12, rtol=0
)
ones, x_hat = torch.ones(B) / B**0.5, x_hat / B**0.5
kept = g - ones * (ones @ g) - x_hat * (x_hat @ g)
torch.testing.assert_close(
    through_bn, gamma / var.sqrt() * kept, atol=1e-12, rtol=0
)
print(f"norm kept by the projection: {(kept.norm() / g.norm()).item():.2f}")
print(f"factor gamma / s:            {(gamma / var.sqrt()).item():.2f}")
