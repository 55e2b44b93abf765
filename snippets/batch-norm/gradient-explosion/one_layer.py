"""What do a ReLU and batch normalisation do to a signal and its gradient?"""

import matplotlib.pyplot as plt
import torch

torch.set_default_dtype(torch.float64)


def bn(z):
    """Mean 0 and variance 1 over the batch."""
    z = z - z.mean()
    return z / z.square().mean().sqrt()


def text(values):
    return "  ".join(f"{v:2.0f}" for v in values.tolist())


top, close = torch.tensor([1.0, -1.0, 1.0, -1.0]), torch.testing.assert_close
for w in (1.0, 100.0):
    x = torch.tensor([-1.0, -1.0, 1.0, 1.0], requires_grad=True)
    h = torch.relu(x)
    y = bn(w * h)
    close(y, x, rtol=0, atol=1e-12)
    down = [top, *torch.autograd.grad(y, [h, x], top, retain_graph=True)]
    for lost in (torch.ones(4), y.detach()):  # these two do not pass
        (none,) = torch.autograd.grad(y, h, lost, retain_graph=True)
        close(none, torch.zeros(4), rtol=0, atol=1e-12)
    print(f"weight {w:3.0f}: the values {text(x)}, after ReLU {text(h)}")
    places = "after BN", "after ReLU", "before ReLU"
    for place, g in zip(places, down, strict=True):
        print(f"  gradient {place:11} {text(g)}, mean square {g @ g / 4:.0f}")

p = (torch.arange(400_000) + 0.5) / 400_000  # a bell, cut into equal shares
x = torch.special.ndtri(p).requires_grad_()
h = torch.relu(x)
(slope,) = torch.autograd.grad(h.sum(), x)
spread = (h - h.mean()).square().mean().sqrt().item()
passed = slope.square().mean().item()
rate = passed / spread**2
assert abs(rate - torch.pi / (torch.pi - 1)) < 1e-4
print(f"bell: deviation x {spread:.3f} in ReLU, x {1 / spread:.3f} in BN")
print(f"squared gradient x {1 / spread**2:.2f} in BN, x {passed:.2f} in ReLU,")
print(f"  x {rate:.3f} in both, x {rate**10:.0f} in ten layers; ", end="")
print(f"its norm x {rate**5:.1f}")

ratios = {"height_ratios": [2, 1, 2, 1, 2]}
figure, rows = plt.subplots(5, figsize=(4.8, 5), gridspec_kw=ratios)
names = ["before: 1", f"after ReLU: {spread:.2f}", "after BN: 1"]
for panel, values, name in zip(rows[::2], (x, h, bn(h)), names, strict=True):
    panel.hist(values.detach(), bins=torch.arange(-3, 4, 0.125), color="C1")
    panel.set(yticks=[], ylim=(0, 3e4), xlim=(-3, 5))
    panel.text(5, 1.7e4, f"deviation\n{name}", ha="right", size=11)
    panel.grid(visible=False)
arrow = {"arrowstyle": "->", "lw": 1.5}
for panel, name, up, down in (
    (rows[1], "ReLU", spread, passed),
    (rows[3], "BN", 1 / spread, 1 / spread**2),
):
    panel.axis("off")
    panel.annotate("", (0.03, 0), (0.03, 1), arrowprops=arrow)
    panel.text(0.06, 0.3, f"{name}: × {up:.2f}", size=11)
    panel.annotate("", (0.45, 1), (0.45, 0), arrowprops=arrow)
    panel.text(0.48, 0.3, f"squared gradient: × {down:.2f}", size=11)
plt.show()
