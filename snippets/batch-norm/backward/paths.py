"""What comes back on each of the three paths through batch normalisation?"""

import matplotlib.pyplot as plt
import torch

torch.set_default_dtype(torch.float64)
x = torch.tensor([0.0, 0.0, 2.0, 2.0], requires_grad=True)
g = torch.tensor([1.0, 0.0, 0.0, 0.0])  # of the loss by the output


def back(direct, mean, var):
    """Return the gradient at x if only the paths that are named are open."""
    centre = x.mean() if mean else x.mean().detach()
    spread = x.var(unbiased=False) if var else x.var(unbiased=False).detach()
    value = x if direct else x.detach()
    out = (value - centre) / spread.sqrt()  # gamma 1, beta 0, eps 0
    return torch.autograd.grad(out @ g, x)[0]


paths = {
    "directly": back(True, False, False),
    "by the mean": back(False, True, False),
    "by the variance": back(False, False, True),
}
x_hat = x.detach() - 1
torch.testing.assert_close(paths["by the mean"], -g.mean().expand(4))
torch.testing.assert_close(paths["by the variance"], -x_hat * (g @ x_hat) / 4)
total = back(True, True, True)
torch.testing.assert_close(sum(paths.values()), total)
for name, gradient in {**paths, "together": total}.items():
    print(f"{name:16}", *[f"{value:6.2f}" for value in gradient])

at = {"x": (0, 1.6), "mean": (2.6, 3), "variance": (2.6, 0.2), "y": (5.2, 1.6)}
notes = dict(zip(("direct", "mean", "variance"), paths.values(), strict=True))
notes |= {"x": total, "y": g}
fig, ax = plt.subplots(figsize=(4.8, 3.4))
middle, boxes = {"ha": "center", "va": "center"}, {}
for name, (i, j) in {**at, "direct": (2.6, 2.4)}.items():
    if name in at:
        word = {"x": "batch $x$", "y": "output"}.get(name, name)
        edge = {"boxstyle": "round", "fc": "none", "ec": "k"}
        text = ax.text(i, j, word, size=11, bbox=edge, **middle)
        boxes[name] = text.get_bbox_patch()
    values = ", ".join(f"{value:g}" for value in notes[name] + 0.0)
    values = values.replace("-", "\N{MINUS SIGN}")
    ax.text(i, j + (0.55 if name == "mean" else -0.6), f"({values})", **middle)
for a, b in (
    ("y", "mean"),
    ("y", "variance"),
    ("mean", "x"),
    ("variance", "x"),
    "yx",
):
    style = {"arrowstyle": "-|>", "color": "C1", "lw": 1.5}
    style |= {"patchA": boxes[a], "patchB": boxes[b]}
    ax.annotate("", at[b], at[a], arrowprops=style)
ax.set(xlim=(-0.9, 6.1), ylim=(-0.7, 3.8))
ax.set_axis_off()
plt.show()
