"""What do two layers of four units do to a signal and to a gradient?"""

import matplotlib.pyplot as plt
import torch

torch.set_default_dtype(torch.float64)
signs = [[1, 1, 1, 1], [1, -1, 1, -1], [-1, -1, 1, 1], [1, -1, -1, 1]]


def chain(gain):
    """Return what goes up, what comes down, and the weights' gradients."""
    W1, W2 = (gain * torch.tensor(signs) / 2 for _ in range(2))
    x = torch.tensor([1.0, 1.0, 1.0, -1.0])
    z1 = W1.requires_grad_() @ x
    h1 = torch.relu(z1)
    z2 = W2.requires_grad_() @ h1
    top = torch.ones(4)  # the gradient that arrives at z2
    at_z1, at_h1, *own = torch.autograd.grad(z2, [z1, h1, W1, W2], top)
    return [x, z1.detach(), h1.detach(), z2.detach()], [at_z1, at_h1, top], own


for gain, name in ((1.0, "1"), (2**0.5, "sqrt(2)")):
    up, down, own = chain(gain)
    size = [[f"{v.square().mean():g}" for v in row] for row in (up, down)]
    length = [g.square().sum() for g in own]
    torch.testing.assert_close(*length, rtol=1e-12, atol=0)
    print(f"gain {name}, mean squares")
    print(f"  of the signal, up      {', '.join(size[0])}")
    print(f"  of the gradient, down  {', '.join(size[1][::-1])}")
    print(f"|dL/dW|^2 of each layer  {length[0]:g}")

figure, panel = plt.subplots(figsize=(4.8, 4.2))
panel.axis("off")
panel.set(xlim=(-0.45, 3.45), ylim=(-3.3, 1.4))
box = {"boxstyle": "round", "fc": "none", "ec": "k"}
names = ["$x$", "$z^{(1)}$", "$h^{(1)}$", "$z^{(2)}$"]
up, down, _ = chain(1.0)
for start, y, row in ((0, 0.2, up), (1, -2.2, down)):
    for k, values in enumerate(row, start):
        text = "\n".join(f"{value:.0f}" for value in values)
        text = text.replace("-", "\N{MINUS SIGN}")
        panel.text(k, y, text, ha="center", va="center", ma="center", bbox=box)
        panel.text(k, y + 0.64, names[k], ha="center")
        text = f"{values.square().mean():g}"
        panel.text(k, y - 0.8, text, ha="center", weight="bold")
    for k in range(start, 3):
        ends = (k + 0.2, y), (k + 0.8, y)
        begin, end = ends if start == 0 else ends[::-1]
        look = {"arrowstyle": "->", "lw": 1.5, "color": "C0"}
        panel.annotate("", end, begin, arrowprops=look)
        name, factor = ("$W$" if start == 0 else "$W^T$"), "1"
        if k == 1:
            name, factor = "ReLU", "½"
        panel.text(k + 0.5, y + 0.1, name, ha="center")
        panel.text(k + 0.5, y - 0.28, f"× {factor}", ha="center")
panel.text(-0.45, 1.25, "Signal (bold: its mean square)")
panel.text(-0.45, -1.15, "Gradient at the same place")
plt.show()
