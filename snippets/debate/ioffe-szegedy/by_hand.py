"""What do three sigmoids leave of two images, and what helps?"""

import math

import matplotlib.pyplot as plt


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


fig, axes = plt.subplots(2, 1, figsize=(4.8, 4.4), sharex=True)
for ax, kind, color in zip(axes, ("none", "once"), ("C0", "C3"), strict=True):
    pair, points, apart = [1.0, -1.0], [], []
    for _ in range(3):
        mean, std = sum(pair) / 2, abs(pair[0] - pair[1]) / 2
        weight, bias = 1 / std, -mean / std
        if kind == "none":
            weight, bias = 1, 0
        pair = [weight * value + bias for value in pair]  # enters the sigmoid
        points.append(pair)
        pair = [sigmoid(z) for z in pair]  # leaves it
        points.append(pair)
        apart.append(pair[0] - pair[1])
        layer, x = len(apart), 2 * len(apart) - 1
        if kind == "none":
            text = "{:.3f} and {:.3f}".format(*pair)
            print(f"none, layer {layer}: {text}, {apart[-1]:.3f} apart")
        elif layer == 2:
            text = f"s {std:.3f}, w {weight:.2f}, b {bias:.2f}"
            print(f"once, layer {layer}: {text}")
        ax.text(x, 1.15, f"{apart[-1]:.3f} apart", size=9, ha="center")
    first, second = zip(*points, strict=True)
    ax.plot(first, color=color, ls="-", marker="o", ms=4)
    ax.plot(second, color=color, ls="--", marker="s", ms=4)
    ax.fill_between(range(6), first, second, color=color, alpha=0.15)
    ax.set(title=kind, ylabel="value of the unit", ylim=(-1.2, 1.4))
places = [f"{word}\nlayer {layer}" for layer in (1, 2, 3) for word in "zh"]
axes[1].set_xticks(range(6), places)
axes[1].set_xlim(-0.2, 5.7)
plt.show()
