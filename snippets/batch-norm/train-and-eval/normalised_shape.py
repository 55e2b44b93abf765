"""How is a normalised Gaussian unit distributed, in a small batch?"""

from math import lgamma, pi

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
limit = (2 / pi) ** 0.5  # E |Z|


def ratio(a, b):
    """Return Gamma(a) / Gamma(b)."""
    return torch.exp(torch.tensor(lgamma(a) - lgamma(b)))


fig, ax = plt.subplots()
print("  B   largest   E x_hat^4   E |x_hat|   measured")
for B, style in (2, None), (4, "C3--"), (8, "C4-."), (32, "C5:"):
    x = torch.randn(400_000 // B, B)
    x[0] = torch.eye(B)[0]  # one against equal ones: the largest value
    var, mean = torch.var_mean(x, 1, correction=0, keepdim=True)
    x_hat = (x - mean) / torch.sqrt(var)
    fourth = 3 * (B - 1) / (B + 1)
    absolute = (B - 1) ** 0.5 * ratio((B - 1) / 2, B / 2) / pi**0.5
    measured = x_hat.abs().mean()
    assert abs(x_hat.abs().max() - (B - 1) ** 0.5) < 1e-9
    assert abs((x_hat**4).mean() / fourth - 1) < 0.01
    assert abs(measured / absolute - 1) < 0.002
    print(f"{B:3} {(B - 1) ** 0.5:9.2f} {fourth:11.3f}", end="")
    print(f"{absolute:12.4f} {measured:10.3f}")
    if style:  # for B = 2 only the values -1 and 1 occur
        u = torch.linspace(-1, 1, 2001)[1:-1] * (B - 1) ** 0.5
        height = ratio((B - 1) / 2, B / 2 - 1) / (pi * (B - 1)) ** 0.5
        density = height * (1 - u**2 / (B - 1)) ** (B / 2 - 2)
        assert abs(torch.trapezoid(density, u) - 1) < 0.01
        assert abs(torch.trapezoid(density * u**2, u) - 1) < 0.01
        ax.plot(u[::10], density[::10], style, label=f"training, $B = {B}$")
print(f"Gaussian            3.000 {limit:11.4f}")
u = torch.linspace(-4, 4, 201)
gauss = torch.exp(-(u**2) / 2) / (2 * pi) ** 0.5
ax.plot(u, gauss, "k", lw=1, label="evaluation")
ax.set(xlabel=r"normalised value $\hat x$", ylabel="density", xlim=(-4, 4))
ax.legend()
plt.show()
