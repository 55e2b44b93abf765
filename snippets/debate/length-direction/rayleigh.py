"""What is least squares with batch normalisation?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N = 400
x = torch.randn(N, 2) @ torch.tensor([[1.2, 0.0], [0.8, 0.4]])
y = x @ torch.tensor([0.5, 1.5]) + 0.3 * torch.randn(N)
x, y = x - x.mean(0), y - y.mean()  # then beta = 0 is optimal
S, b, power = x.T @ x / N, x.T @ y / N, y.var(correction=0)


def bn_loss(w, gamma):
    return ((gamma * x @ w / (w @ S @ w).sqrt() - y) ** 2).mean()


def quotient(w):  # w' (b b') w / (w' S w)
    return (w @ b) ** 2 / (w @ S @ w)


w = torch.randn(2)
best_gamma = w @ b / (w @ S @ w).sqrt()
exact = dict(atol=1e-12, rtol=0)
for gamma in (-1.0, 0.0, 1.0, 2.0):  # a parabola
    parabola = power - quotient(w) + (gamma - best_gamma) ** 2
    torch.testing.assert_close(bn_loss(w, gamma), parabola, **exact)

solution = torch.linalg.lstsq(x, y[:, None]).solution[:, 0]
ols = ((x @ solution - y) ** 2).mean()
torch.testing.assert_close(power - quotient(solution), ols, **exact)
length = (solution @ S @ solution).sqrt()  # the optimal gamma
torch.testing.assert_close(bn_loss(5 * solution, length), ols, **exact)
angles = torch.linspace(0, torch.pi, 1001)
rays = torch.stack([angles.cos(), angles.sin()], dim=1)
least = power - max(quotient(ray) for ray in rays)
assert 0 <= least - ols < 1e-4
values = torch.linalg.eigvals(torch.linalg.solve(S, torch.outer(b, b)))
largest = values.real.max()
torch.testing.assert_close(power - largest, ols, **exact)
eigen = torch.linalg.eigvalsh(S)
print(f"variance of y {power:.3f}, loss of least squares {ols:.4f}")
print(f"condition number of S: {eigen[1] / eigen[0]:.0f}")
