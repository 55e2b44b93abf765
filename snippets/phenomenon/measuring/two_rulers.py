"""What do the two definitions measure, in a network that one can draw?"""

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, lr = torch.randn(2000, 2), 4.0
y = x.prod(1, keepdim=True)
W1, b1, W2 = torch.randn(2, 2), torch.randn(2), torch.randn(1, 2)


def loss(W1, b1, W2):  # a layer of two tanh units, and one that adds them
    return (torch.tanh(x @ W1.T + b1) @ W2.T - y).pow(2).mean() / 2


gradients = torch.func.grad(loss, (0, 1, 2))
G_W, G_b, G = gradients(W1, b1, W2)
V1, c1 = W1 - lr * G_W, b1 - lr * G_b  # the first layer steps
G_new = gradients(V1, c1, W2)[2]
z = [(x @ W.T + b)[:, 0] for W, b in ((W1, b1), (V1, c1))]
mean, std = [v.mean() for v in z], [v.std(correction=0) for v in z]
moment = torch.hypot(mean[1] - mean[0], std[1] - std[0]) / std[0]
r, rho = G_new.norm() / G.norm(), (G_new - G).norm() / G.norm()
cos = (G_new * G).sum() / G_new.norm() / G.norm()
torch.testing.assert_close(rho**2, 1 + r**2 - 2 * r * cos, rtol=0, atol=1e-12)
print(f"mean {mean[0]:.2f} to {mean[1]:.2f}", end=", ")
print(f"deviation {std[0]:.2f} to {std[1]:.2f}")
print(f"moment shift {moment:.2f}")
print(f"gradient shift {rho:.2f}, cosine {cos:.2f}")

fig, (top, low) = plt.subplots(2, 1, figsize=(4.8, 5.4), height_ratios=(2, 3))
for k, (name, color) in enumerate((("before", "C0"), ("after", "C3"))):
    line = {"histtype": "step", "color": color, "linestyle": ("-", "--")[k]}
    top.hist(z[k], torch.linspace(-4, 5, 46).tolist(), **line)
    look = {"color": color, "capsize": 4, "marker": "os"[k]}
    top.errorbar(mean[k], -35 - 50 * k, xerr=std[k], **look)
    top.text(mean[k] + std[k] + 0.15, -35 - 50 * k, name, va="center")
top.set(xlabel="what unit 1 of layer 1 receives", yticks=[0, 100, 200])
top.set_ylabel("examples")
ends = [(0, 0), G.flatten().tolist(), G_new.flatten().tolist()]
names = "G, before", "G\N{PRIME}, after", "G\N{PRIME} \N{MINUS SIGN} G"
arrows = (0, 1, "C0"), (0, 2, "C3"), (1, 2, "k")
for (a, b, color), name in zip(arrows, names, strict=True):
    look = {"arrowstyle": "-|>", "color": color, "lw": 2, "shrinkA": 0}
    low.annotate("", ends[b], ends[a], arrowprops=look | {"shrinkB": 0})
    middle = [(u + v) / 2 for u, v in zip(ends[a], ends[b], strict=True)]
    away = (8, 0) if color == "C3" else (-8, -6)
    side = {"ha": "left" if color == "C3" else "right", "va": "top"}
    side |= {"xytext": away, "textcoords": "offset points"}
    low.annotate(name, middle, color=color, **side)
low.scatter(*zip(*ends, strict=True), s=0)
low.set(xlabel="gradient of the 1st weight of layer 2", ylabel="of the 2nd")
low.set_aspect("equal", "datalim")
plt.show()
