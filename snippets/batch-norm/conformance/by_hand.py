"""What do four digits leave of the variance of 97, 98 and 99?"""

from decimal import Decimal, getcontext

import matplotlib.pyplot as plt

getcontext().prec = 4  # each result is rounded to four digits
values = [Decimal(v) for v in (97, 98, 99)]
mean = sum(values) / 3
total = sum(v * v for v in values)
print(f"sum of squares {total:f}, a third {total / 3}")
print(f"one pass:   {total / 3} - {mean * mean} = {total / 3 - mean * mean}")
M = sum((v - mean) ** 2 for v in values)
print(f"two passes: (1 + 0 + 1)/3 = {M / 3}")
n, so_far, S = 0, Decimal(0), Decimal(0)
for v in values:
    delta = v - so_far
    so_far, S = so_far + delta / (n + 1), S + delta * delta * n / (n + 1)
    n += 1
    print(f"Welford, after {v}: mean {so_far}, M {S.normalize():f}")
assert (so_far, S / 3) == (mean, M / 3)

exact, square = 97**2 + 98**2 + 99**2, 3 * 98**2
assert exact - square == M
fig, axes = plt.subplots(2, 1, figsize=(4.8, 2.6))
large = {"3 · 98² = 28812": square, "28814 = Σx²": exact}
small = {"": 2, "Σ(x - 98)² = 2": float(M)}
for ax, colour, first, step, finest, points in (
    (axes[0], "C3", 28790, 10, 10, large),
    (axes[1], "C5", 1.98, 0.01, 0.001, small),
):
    marks = [first + k * step for k in range(5)]
    fine = [first + k * finest for k in range(round(4 * step / finest))]
    ax.vlines(marks, 0, 0.6, color="k", lw=1)
    ax.vlines(fine, 0, 0.3, color="k", lw=0.7)
    sides = "right", "left"
    for (name, at), side in zip(points.items(), sides, strict=True):
        ax.plot(at, 0.9, f"{colour}v")
        ax.text(at, 1.2, name, ha=side, size=9)
    ax.set_title(f"four digits: a mark every {finest:g}")
    ax.set(ylim=(0, 1.8), yticks=[], xticks=marks)
    ax.grid(visible=False)
    ax.ticklabel_format(useOffset=False, style="plain")
    ax.spines["left"].set_visible(False)
plt.show()
