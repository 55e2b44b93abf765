"""Is the bound of Santurkar et al.'s Theorem 4.2 tight, and what is in it?"""

import torch
from torch.autograd import grad
from torch.autograd.functional import hessian

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, gamma, beta = 32, 1.7, -0.4
z = 3 * torch.randn(B) + 2  # one unit's pre-activations
target, mixing = torch.randn(B), torch.randn(B, B) / B**0.5


def loss_of(out):  # any smooth loss of the unit's output
    return torch.log1p((mixing @ out - target) ** 2).sum()


def normalise(z):
    return (z - z.mean()) / z.std(correction=0)


def same(a, b):
    torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-12)


s, x_hat = z.std(correction=0), normalise(z)
knobs = [torch.tensor(v).requires_grad_() for v in (gamma, beta)]
out = gamma * x_hat + beta
g = grad(loss_of(out.requires_grad_()), out)[0]
H = hessian(loss_of, out.detach())
by_gamma, by_beta = grad(loss_of(knobs[0] * x_hat + knobs[1]), knobs)

# The first theorem: what is removed are the gradients of beta and gamma.
z.requires_grad_()
v = grad(loss_of(gamma * normalise(z) + beta), z)[0]
kept = g @ g - by_beta**2 / B - by_gamma**2 / B
same(v @ v, gamma**2 / s**2 * kept)

# The second: the curvature along v, exactly.
H_hat = hessian(lambda z: loss_of(gamma * normalise(z) + beta), z.detach())
first = gamma**2 / s**2 * (v @ H @ v)
second = gamma / (B * s**2) * by_gamma * (v @ v)
same(v @ H_hat @ v, first - second)
unit = v @ v
print("curvature along the gradient, per unit of length squared")
print(f"with BN, by autograd:         {(v @ H_hat @ v / unit).item():8.4f}")
print(f"gamma^2 / s^2 times that of H:{(first / unit).item():8.4f}")
print(f"less the term with dL/dgamma: {(second / unit).item():8.4f}")
print(f"without BN, along g:          {(g @ H @ g / (g @ g)).item():8.4f}")
