"""What does batch normalisation do, and does that make training fast?"""

import matplotlib.pyplot as plt

# What it does, who said that it is the reason, and how sure each half is.
ways = [
    ("inputs of layers move less", "Ioffe, Szegedy 2015", "holds", "open"),
    ("a smoother loss", "Santurkar et al. 2018", "in part", "open"),
    ("larger steps", "Bjorck et al. 2018", "holds", "in part"),
    ("length apart from direction", "Kohler et al. 2019", "holds", "open"),
    (
        "a good scale at the start",
        "control: normalise once",
        "holds",
        "in part",
    ),
]
lines = {"holds": "-", "in part": "--", "open": ":"}
fig, ax = plt.subplots(figsize=(4.8, 4.4))
middle = {"ha": "center", "va": "center"}
for x, text, edge in (0, "batch\nnorm", "C1"), (10, "fast\ntraining", "k"):
    box = {"boxstyle": "round", "fc": "none", "ec": edge}
    ax.text(x, 2.0, text, bbox=box, size=10, **middle)
for y, (what, who, first, second) in zip((4, 3, 2, 1, 0), ways, strict=True):
    ax.text(5, y + 0.14, what, size=10, **middle)
    ax.text(5, y - 0.22, who, size=9, **middle)
    near = 2 + (y - 2) * 0.13
    for a, b, word in (
        ((1.0, near), (1.9, y), first),
        ((8.1, y), (8.9, near), second),
    ):
        style = {"arrowstyle": "-", "lw": 1.6, "linestyle": lines[word]}
        ax.annotate("", b, a, arrowprops={**style, "color": "C1"})
for x, text in (1.2, "does it?"), (8.8, "is that why?"):
    ax.text(x, 4.55, text, size=9, **middle)
for k, (word, line) in enumerate(lines.items()):
    ax.plot([0.6 + 3.6 * k, 1.6 + 3.6 * k], [-1, -1], f"C1{line}")
    ax.text(1.8 + 3.6 * k, -1, word, size=9, va="center")
for name, column in ("does it do that?", 2), ("is that the reason?", 3):
    words = [way[column] for way in ways]
    print(f"{name:20}", ", ".join(words))
ax.set(xlim=(-1, 11), ylim=(-1.2, 4.8))
ax.set_axis_off()
plt.show()
