"""Is E[(X - mu) g(X)] = sigma^2 E[g'(X)] for a normal X?"""

import numpy as np
import torch

torch.set_default_dtype(torch.float64)

node, mass = np.polynomial.hermite_e.hermegauss(200)
z, mass = torch.tensor(node), torch.tensor(mass / mass.sum())

functions = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "sin": torch.sin,
    "silu": torch.nn.functional.silu,
    "cube": lambda x: x**3,
}
print("mu, sigma  " + "  ".join(f"{name:>9s}" for name in functions))
for mu, sigma in ((0.0, 1.0), (1.0, 0.5), (5.0, 1.0)):
    row = []
    for g in functions.values():
        x = (mu + sigma * z).requires_grad_()
        (slope,) = torch.autograd.grad(g(x).sum(), x)
        left = (mass * (x - mu) * g(x)).sum()
        right = sigma**2 * (mass * slope).sum()
        torch.testing.assert_close(left, right, rtol=1e-10, atol=1e-12)
        row.append(right.item())
    print(f"{mu:.0f}, {sigma:.1f}     ", end="")
    print("  ".join(f"{value:9.6f}" for value in row))

silu = mass @ torch.nn.functional.silu(z)
print(f"E silu(Z) = {silu:.6f}, the same number as E sigmoid'(Z)")

# A jump breaks it: the derivative of a step is 0 almost everywhere.
fine = torch.linspace(-12, 12, 240_001)
density = torch.exp(-(fine**2) / 2) / np.sqrt(2 * np.pi) * 1e-4
left = (density * fine * (fine > 0)).sum()
print(f"step: E[Z step(Z)] = {left:.4f}, E[step'(Z)] = 0")
assert abs(left - 1 / np.sqrt(2 * np.pi)) < 1e-6
