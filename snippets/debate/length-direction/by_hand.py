"""Which of two vectors of one length answers more strongly?"""

import matplotlib.pyplot as plt
import torch

torch.set_default_dtype(torch.float64)
x = torch.tensor([[2.0, 1.0], [2.0, -1.0], [-2.0, 1.0], [-2.0, -1.0]])
S = x.T @ x / 4
torch.testing.assert_close(S, torch.diag(torch.tensor([4.0, 1.0])))
print("w        w^T x   |w|  spread     BN")
for w in ([3.0, 4.0], [6.0, 8.0], [-3.0, -4.0], [4.0, 3.0]):
    w = torch.tensor(w)
    z = x @ w
    spread = z.std(correction=0)
    torch.testing.assert_close(spread, (w @ S @ w).sqrt())
    bn = torch.nn.functional.batch_norm(
        z[:, None], None, None, training=True, eps=1e-300
    )
    torch.testing.assert_close(bn[:, 0], x @ w / spread)
    name = f"({w[0]:g}, {w[1]:g})"
    print(f"{name:9}{z[0]:5.0f}{w.norm():6.0f}{spread:8.2f}{bn[0, 0]:7.2f}")

turn = torch.linspace(0, 2 * torch.pi, 361)
circle = torch.stack([turn.cos(), turn.sin()])
_, ax = plt.subplots(figsize=(4.8, 3.4))
ax.plot(*x.T, "kx", ms=8)
ax.text(-2.0, 1.12, "an example", ha="center", va="bottom")
ax.plot(*circle, "C3--")
ax.text(-0.9, 0.6, "Euclidean\nlength 1", color="C3", ha="right")
ax.plot(*(S.inverse().sqrt() @ circle), "C1")
ax.text(0, -0.5, "spread 1", color="C1", ha="center")
for w in ([3.0, 4.0], [4.0, 3.0]):
    w = torch.tensor(w)
    ax.plot([0, w[0] * 0.3], [0, w[1] * 0.3], "k-", lw=0.8)
    ax.plot(*(w / w.norm()), "C3o")
    ax.plot(*(w / (w @ S @ w).sqrt()), "C1s")
    ax.text(*(w * 0.31), f"({w[0]:g}, {w[1]:g})", va="bottom")
ax.set(xlabel="$w_1$, $x_1$", ylabel="$w_2$, $x_2$", aspect="equal")
ax.set(xlim=(-2.3, 2.3), ylim=(-1.4, 1.7))
plt.show()
