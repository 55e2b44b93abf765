"""How does gradient descent move on the two loss surfaces?"""

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N = 400
x = torch.randn(N, 2) @ torch.tensor([[1.2, 0.0], [0.8, 0.4]])
y = x @ torch.tensor([0.5, 1.5]) + 0.3 * torch.randn(N)
x = x - x.mean(0)
S, b = x.T @ x / N, x.T @ y / N
solution = torch.linalg.solve(S, b)
explained = b @ solution  # of the variance of y, at the minimum


def excess(w, with_bn):  # loss above its minimum; with BN, the best gamma
    square, inner = ((w @ S) * w).sum(-1), w @ b
    if with_bn:
        return explained - inner**2 / square
    return explained - 2 * inner + square


def descend(with_bn, lr):
    w = torch.tensor([-1.0, 1.2], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=lr)
    path = []
    for _ in range(41):
        path.append(w.detach().clone())
        optimizer.zero_grad()
        excess(w, with_bn).backward()
        optimizer.step()
    return torch.stack(path)


print("     loss - minimum, step 40   |w|, BN")
print("lr   plain     BN              at the end")


def cell(path, with_bn):
    value = excess(path[-1], with_bn).item()
    if abs(value) < 1e-12:
        return "below 1e-12"
    return f"{value:.0e}" if value < 1e3 else "diverges"


for lr in (0.3, 1.0, 5.0):
    path, bn_path = descend(False, lr), descend(True, lr)
    print(f"{lr:<5}{cell(path, False):10}{cell(bn_path, True):16}", end="")
    print(f"{bn_path[-1].norm():.2f}")
print(f"|w| at the start: {bn_path[0].norm():.2f}")
limit = 1 / torch.linalg.eigvalsh(S)[1]
print(f"plain rates above {limit:.2f} diverge")

grid = torch.linspace(-2.2, 2.2, 241)
points = torch.stack(torch.meshgrid(grid, grid, indexing="xy"), dim=-1)
_, axes = plt.subplots(2, 1, figsize=(4.8, 8.0))
for ax, with_bn, lr in zip(axes, (False, True), (0.3, 1.0), strict=True):
    height = excess(points + 1e-9, with_bn)
    path = descend(with_bn, lr)
    logs = height.log10().clamp(-3, 1)
    levels = torch.linspace(-3, 1, 13)
    style = {"cmap": "Greys", "vmin": -3, "vmax": 2, "alpha": 0.35}
    ax.grid(visible=False)
    ax.contourf(grid, grid, logs, levels, **style)
    ax.plot(path[:, 0], path[:, 1], f"C{int(with_bn)}.-")
    ax.plot(*solution, "C3*", ms=12)
    ax.set(xlabel="$w_1$", ylabel="$w_2$", aspect="equal")
    ax.set_title(f"BN, lr {lr}" if with_bn else f"no normalisation, lr {lr}")
plt.show()
