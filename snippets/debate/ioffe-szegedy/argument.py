"""Which arrow of the argument did the first experiment leave untested?"""

import matplotlib.pyplot as plt

# From, to, height, the text over the arrow, how it is drawn, colour.
arrows = [
    (1.9, 3.9, 3, "C: measured", "-", "C1"),
    (7.1, 8.7, 3, "B: argued", ":", "C1"),
    (1.9, 3.9, 0, "measured", "-", "C3"),
    (7.1, 8.7, 0, "measured", "-", "C3"),
]
boxes = [
    (0.8, 3, "batch\nnorm", "C1"),
    (5.5, 3, "inputs of\nlayers steady", "C1"),
    (9.8, 3, "fast\ntraining", "k"),
    (0.8, 0, "norm\nonce", "C3"),
    (5.5, 0, "inputs of\nlayers drift", "C3"),
    (9.8, 0, "fast at\nthe rate 1", "k"),
]
fig, ax = plt.subplots(figsize=(4.8, 3.0))
middle = {"ha": "center", "va": "center"}
for x, y, text, edge in boxes:
    box = {"boxstyle": "round", "fc": "none", "ec": edge}
    ax.text(x, y, text, bbox=box, size=10, **middle)
for start, end, y, text, line, color in arrows:
    style = {"arrowstyle": "->", "color": color, "linestyle": line, "lw": 1.6}
    ax.annotate("", (end, y), (start, y), arrowprops=style)
    ax.text(start / 2 + end / 2, y + 0.4, text, size=9, **middle)
bent = {"arrowstyle": "->", "color": "C1", "lw": 1.6}
bent["connectionstyle"] = "arc3,rad=-0.2"
ax.annotate("", (9.8, 3.8), (0.8, 3.8), arrowprops=bent)
ax.text(5.3, 5.15, "D: measured", size=9, **middle)
control = "A control: a good start, no enforced\n"
control += "steadiness; its step sizes are other ones"
ax.text(0.1, 1.35, control, size=9, va="center")
ax.set(xlim=(-0.2, 11), ylim=(-0.8, 5.4))
ax.set_axis_off()
plt.show()
