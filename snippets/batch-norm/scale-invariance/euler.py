"""Do the identities of a scale-invariant loss hold for a layer with BN?"""

import torch
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(32, 5), torch.randint(3, (32,))
gamma, beta, output = torch.randn(4), torch.randn(4), torch.randn(4, 3)


def loss(w):
    """Return the loss as a function of the first weights, with eps = 0."""
    z = x @ w.view(5, 4)
    x_hat = (z - z.mean(0)) / z.std(0, correction=0)
    return cross_entropy(torch.tanh(gamma * x_hat + beta) @ output, y)


def gradient_and_hessian(w):
    """Return both derivatives by automatic differentiation."""
    grad = torch.func.grad(loss)(w)
    return grad, torch.autograd.functional.hessian(loss, w)


def close(a, b):
    """Assert equality to 1e-12."""
    torch.testing.assert_close(a, b, rtol=0, atol=1e-12)


w, c = torch.randn(20), 3.0
g, H = gradient_and_hessian(w)
g_c, H_c = gradient_and_hessian(c * w)
close(loss(c * w), loss(w))
close(w @ g, torch.tensor(0.0))
close(g_c, g / c)
close(H @ w, -g)
close(w @ H @ w, torch.tensor(0.0))
close(H_c, H / c**2)
print(f"|g| = {g.norm():.4f}, largest |eigenvalue| of H =", end=" ")
print(f"{torch.linalg.eigvalsh(H).abs().max():.4f}")
print("<w, g> = 0, g(cw) = g / c, H w = -g, <w, H w> = 0, H(cw) = H / c^2")
print("hold to 1e-12 for c = 3")

for j, column in enumerate(w.view(5, 4).T):  # unit by unit, too
    close(column @ g.view(5, 4)[:, j], torch.tensor(0.0))
print("<w_j, g_j> = 0 holds for each of the 4 units by itself, to 1e-12")
