"""Where in the plane of mean and spread does the slope survive?"""

import matplotlib.pyplot as plt
import torch

torch.set_default_dtype(torch.float64)
Phi = torch.special.ndtr

z = 0.05 * torch.arange(-240, 241)  # trapezium rule
mass = 0.05 * torch.exp(-(z**2) / 2) / (2 * torch.pi) ** 0.5
mu, sigma = torch.linspace(-6, 6, 97)[:, None], torch.linspace(0.1, 4, 53)
x = mu[..., None] + sigma[:, None] * z  # all means, all spreads, all nodes
s, tau = torch.sigmoid(x), (1 + sigma**2).sqrt()
m = mu / tau
bell = torch.exp(-(m**2) / 2) / (2 * torch.pi) ** 0.5
maps = {
    "sigmoid": (s * (1 - s)) @ mass,
    "tanh": (1 / torch.cosh(x) ** 2) @ mass,
    "hard tanh": Phi((mu + 1) / sigma) - Phi((mu - 1) / sigma),
    "relu": Phi(mu / sigma),
    "gelu": Phi(m) + m / tau**2 * bell,
    "silu": (s + x * s * (1 - s)) @ mass,
}
slope = Phi(x) + x * torch.exp(-(x**2) / 2) / (2 * torch.pi) ** 0.5
torch.testing.assert_close(maps["gelu"], slope @ mass, rtol=0, atol=1e-12)
bound = torch.exp(-mu + sigma**2 / 2)
assert (maps["sigmoid"] < bound).all()
assert (maps["sigmoid"] / bound)[-1, 12] > 0.97  # mu = 6, sigma = 1

levels = [-0.15, -1e-9, 0.01, 0.03, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.15]
shades = [0.2, *torch.linspace(0.5, 1, len(levels) - 2).tolist()]
colours = plt.get_cmap("RdBu")(shades)
fig, axes = plt.subplots(
    3, 2, sharex=True, sharey=True, figsize=(4.8, 5.6), layout="constrained"
)
print("           mean slope   size < 0.01,  negative,")
print("           from    to   % of the map  % of the map")
for ax, (name, mean) in zip(axes.T.flat, maps.items(), strict=True):
    filled = ax.contourf(
        mu[:, 0], sigma, mean.T, levels=levels, colors=colours
    )
    ax.set_title(name)
    flat = 100 * (mean.abs() < 0.01).double().mean()
    down = 100 * (mean < 0).double().mean()
    print(f"{name:9s} {mean.min():6.3f} {mean.max():5.3f}", end="  ")
    print(f"{flat:8.0f} {down:12.0f}")
for ax in axes[-1]:
    ax.set(xlabel=r"mean $\mu$", xticks=[-4, 0, 4])
for ax in axes[:, 0]:
    ax.set_ylabel(r"spread $\sigma$")
bar = fig.colorbar(filled, ax=axes, location="bottom", aspect=40, shrink=0.95)
bar.set_ticks(levels[1:-1], labels=["0", *map(str, levels[2:-1])])
bar.set_label("mean slope (red: negative)")
plt.show()
