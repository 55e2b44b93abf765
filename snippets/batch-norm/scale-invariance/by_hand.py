"""How far does one step turn a short weight vector, and how far a long one?"""

import matplotlib.pyplot as plt
import torch

torch.set_default_dtype(torch.float64)


def step(start, lr, decay):
    """Return the decayed weights, the new ones, and the angle in degrees."""
    w = torch.tensor(start, requires_grad=True)
    (1 - w[0] / w.norm()).backward()  # a loss that ignores the length
    kept = (1 - lr * decay) * w.detach()
    new = kept - lr * w.grad
    torch.testing.assert_close(w.detach() @ w.grad, torch.tensor(0.0))
    return kept, new, torch.atan2(new[0], new[1]).rad2deg()


cases = [
    ("short", [0.0, 1.0], 1.0, 0.0),
    ("twice as long", [0.0, 2.0], 1.0, 0.0),
    ("with decay", [0.0, 1.0], 3 / 5, 1 / 3),
]
fig, ax = plt.subplots(figsize=(4.8, 3.6))
print("                w          new w        |new w|^2   angle")
for left, (name, start, lr, decay) in zip((0, 1.55, 2.6), cases, strict=True):
    kept, new, angle = step(start, lr, decay)
    numbers = f"({start[0]:g}, {start[1]:g})    ({new[0]:.2f}, {new[1]:.2f})"
    print(f"{name:13} {numbers}{new.square().sum():12.2f}{angle:8.0f}")
    shift = torch.tensor([left, 0.0])
    old, kept, new = torch.tensor(start) + shift, kept + shift, new + shift
    arrow = {"shrinkA": 0, "shrinkB": 0, "lw": 1.8, "mutation_scale": 12}
    for a, b, color, style in (
        (shift, old, "k", "-|>"),
        (shift, new, "C1", "-|>"),
        (kept, new, "C3", "-|>"),
    ):
        look = arrow | {"color": color, "arrowstyle": style}
        ax.annotate("", b.tolist(), a.tolist(), arrowprops=look)
    if decay:
        ax.plot([left - 0.09] * 2, [old[1], kept[1]], "C4", lw=3)
        ax.text(left - 0.14, 0.9, "decay", color="C4", ha="right", va="center")
    ax.text(left - 0.05, start[1] / 2, "$w$", ha="right")
    x, y = ((kept + new) / 2).tolist()
    ax.text(x, y + 0.04, r"$-\eta g$", color="C3", ha="center", va="bottom")
    aside = left + 0.5 * torch.tan(angle.deg2rad()).item() + 0.1
    ax.text(aside, 0.42, f"{angle:.0f}°")
    ax.text(left, -0.2, name)
ax.set(xlim=(-0.3, 3.4), ylim=(-0.3, 2.3), aspect="equal")
ax.axis("off")
plt.show()
