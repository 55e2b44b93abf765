"""How does the mean gradient fall as the Gaussian moves or widens?"""

import matplotlib.pyplot as plt
import numpy as np
import torch

torch.set_default_dtype(torch.float64)

z = torch.linspace(-12, 12, 2401)
mass = torch.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])


def mean_slope(name, mu, sigma):
    """E phi'(mu + sigma Z), for a column of means mu."""
    if name == "relu":  # the chance of a positive input: Phi(mu / sigma)
        return torch.erfc(-mu / sigma / 2**0.5) / 2
    x = mu[:, None] + sigma * z
    if name == "tanh":
        return (1 / torch.cosh(x) ** 2) @ mass
    return (torch.sigmoid(x) * torch.sigmoid(-x)) @ mass


mu = torch.linspace(-8, 8, 81)
fig, axes = plt.subplots(3, 1, sharex=True, figsize=(4.8, 6.4))
print("          mu = -5        0        5  (sigma = 0.5, 1, 4)")
for ax, name in zip(axes, ("sigmoid", "tanh", "relu"), strict=True):
    styles = ("C3-", "C4--", "C5-.")
    for sigma, style in zip((0.5, 1.0, 4.0), styles, strict=True):
        mean = mean_slope(name, mu, sigma)
        ax.semilogy(mu, mean, style, label=rf"$\sigma$ = {sigma:g}")
        at = mean_slope(name, torch.tensor([-5.0, 0.0, 5.0]), sigma)
        print(f"{name:8s}", "  ".join(f"{value:8.2g}" for value in at))
    ax.set(ylabel="mean slope", ylim=(1e-6, 2), title=name)
axes[0].legend(loc="lower center", ncols=3)
axes[-1].set_xlabel(r"mean $\mu$ of the pre-activation")

# The tail: sigmoid'(x) < exp(-x), so E sigmoid'(X) < exp(-mu + sigma^2 / 2).
for m, sigma in ((5.0, 1.0), (8.0, 1.0), (8.0, 0.5)):
    exact = mean_slope("sigmoid", torch.tensor([m]), sigma).item()
    bound = np.exp(-m + sigma**2 / 2)
    assert 0.9 * bound < exact < bound
    print(f"mu = {m:.0f}, sigma = {sigma:g}: {exact:.6f} < {bound:.6f}")
plt.show()
