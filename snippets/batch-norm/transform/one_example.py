"""Whose outputs move if one example of the batch does?"""

import matplotlib.pyplot as plt
import torch
from torch.nn.functional import batch_norm, layer_norm

torch.set_default_dtype(torch.float64)
rest = torch.tensor(  # five examples of three units
    [
        [0.3, -1.4, 1.2],
        [1.1, 0.8, 2.9],
        [-0.1, -2.2, 0.4],
        [0.6, -0.3, 3.4],
        [-1.6, -1.1, 2.1],
    ]
)
moved = rest.clone()
moved[0, 0] += 4  # one value of the first example
layers = {
    "x": (torch.clone, "C0"),
    "batch norm": (lambda x: batch_norm(x, None, None, training=True), "C1"),
    "layer norm": (lambda x: layer_norm(x, (3,)), "C2"),
}
print("moved by    example 1  others, at most")
fig, axes = plt.subplots(3, layout="constrained", figsize=(4.8, 5.4))
for ax, (name, (layer, colour)) in zip(axes, layers.items(), strict=True):
    before, after = layer(rest), layer(moved)
    change = (after - before).abs()
    if name == "layer norm":
        assert (change[1:] == 0).all()
    print(f"{name:10} {change[0].max():10.2f} {change[1:].max():15.2f}")
    for unit, marker in enumerate("osD"):
        row = torch.arange(1, 6) + 0.25 * (unit - 1)
        pair = torch.stack([before[:, unit], after[:, unit]])
        ax.plot(pair, row.expand(2, 5), colour, lw=1)
        ax.plot(after[:, unit], row, marker, color=colour, ms=5)
    ax.set(title=name, ylabel="example", yticks=range(1, 6), ylim=(5.6, 0.4))
plt.show()
