"""What does batch normalisation let through of the gradient of one unit?"""

import matplotlib.pyplot as plt
import torch

torch.set_default_dtype(torch.float64)
z = torch.tensor([-3.0, -1.0, 1.0, 3.0])  # one unit, four examples
g = torch.tensor([1.0, 2.0, 3.0, 6.0])  # the gradient at its output


def through(z):
    """Send g back through a batch norm with gamma = 1, by autograd."""
    z = z.clone().requires_grad_()
    x_hat = (z - z.mean()) / z.std(correction=0)
    return torch.autograd.grad(x_hat, z, g)[0]


level = g.mean() * torch.ones(4)
slope = (g @ z) / (z @ z)
rest = g - level - slope * z
parts = [(part @ part).item() for part in (level, slope * z, rest)]
print("squared length of g:      ", f"{(g @ g).item():.4g}")
print("level, slope, rest:       ", *(f"{part:.4g}" for part in parts))
for c in (1, 0.01):
    s = (c * z).std(correction=0)
    back = through(c * z)
    torch.testing.assert_close(back, rest / s, rtol=1e-9, atol=1e-12)
    print(f"behind BN, s^2 = {s**2:<8.4g}", f"{(back @ back).item():8.4g}")

_, (top, bottom) = plt.subplots(
    2, 1, figsize=(4.8, 4.6), height_ratios=[3.4, 1]
)
ends = torch.tensor([-3.6, 3.6])
top.plot(ends, g.mean() + slope * ends, "k", lw=1)
top.vlines(z, level + slope * z, g, color="C1", lw=3)
top.plot(z, g, "ko")
for a, b, d in zip(z.tolist(), g.tolist(), rest.tolist(), strict=True):
    text = f"{d:+.1f}".replace("-", "\N{MINUS SIGN}")
    place = {"ha": "right" if d > 0 else "left", "va": "center"}
    shift = -7 if d > 0 else 7
    top.annotate(text, (a, b), (shift, 0), textcoords="offset points", **place)
top.set(xlabel="z, of four examples", ylabel="gradient g at the output")
left = 0
names = "level 36: to $\\beta$", "slope 12.8: to $\\gamma$", "rest 1.2"
for part, name in zip(parts, names, strict=True):
    last = name == names[2]
    bottom.barh(0, part, left=left, fc="C1" if last else "none", ec="k")
    place = {"ha": "right" if last else "center", "va": "center"}
    where = (50, 0.6) if last else (left + part / 2, 0)
    bottom.text(*where, name, **place)
    left += part
bottom.set(xlabel="squared length of g", yticks=[], ylim=(-0.5, 0.8))
bottom.grid(visible=False)
plt.show()
