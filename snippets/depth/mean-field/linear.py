"""Can a deep linear network be chaotic?"""

from statistics import fmean

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
n, depth, networks = 400, 15, 12


def follow(phi, var_w, var_b):
    """Mean square of an input and cosine of two, after all layers."""
    q, p = [], []
    for _ in range(networks):
        z = torch.linalg.qr(torch.randn(n, 2))[0].T * n**0.5
        z[1] = 0.9 * z[0] + (1 - 0.9**2) ** 0.5 * z[1]
        for _ in range(depth):
            weight = torch.randn(n, n) * (var_w / n) ** 0.5
            z = phi(z) @ weight + torch.randn(n) * var_b**0.5
        q.append(z.square().mean().item())
        p.append((z[0] @ z[1]).item() / n)
    return fmean(q), sum(p) / sum(q)


print("two inputs at a cosine of 0.9, after 15 layers of width 400")
print("        sigma_w^2  sigma_b^2    q: theory     mean   c: theory   mean")
for var_w, var_b in (0.5, 0.5), (1.0, 0.0), (4.0, 0.0):
    q, p = 1.0, 0.9
    for _ in range(depth):
        q, p = var_w * q + var_b, var_w * p + var_b
    length, cosine = follow(torch.clone, var_w, var_b)
    assert abs(length / q - 1) < 0.15 and abs(cosine - p / q) < 0.02
    print(f"linear {var_w:8} {var_b:10} {q:12.1e}", end="")
    print(f"{length:9.0e} {p / q:10.2f} {cosine:8.2f}")
length, cosine = follow(torch.tanh, 4.0, 0.0)
assert cosine < 0.5
print(f"tanh   {4.0:8} {0.0:10} {'':12}{length:9.0e} {'':10} {cosine:8.1f}")

gaps, squares = torch.zeros(4), torch.zeros(4)  # by layer; 0 is the input
for _ in range(networks):
    z = torch.linalg.qr(torch.randn(n, 2))[0].T * n**0.5  # orthogonal
    delta, weights = torch.randn(2, n), torch.randn(3, n, n) / (2 * n) ** 0.5
    first, top = z[0] - z[1], delta[0]
    for k in range(4):
        gaps[k] += (1 - z[0] @ z[1] / n) / networks
        squares[3 - k] += delta.square().mean() / networks
        if k < 3:
            z = z @ weights[k] + torch.randn(n) * 0.5**0.5
            delta = delta @ weights[2 - k].T
    assert abs((z[0] - z[1]) @ top - first @ delta[0]) < 1e-9  # transposed
print("layer                         ", *(f"{k:6}" for k in range(4)))
for name, found in ("1 - mean product", gaps), ("squared gradient", squares):
    print(f"{name:30}", *(f"{v:6.2f}" for v in found))
halves = 0.5 ** torch.arange(4)
assert (gaps - halves).abs().max() < 0.05
assert (squares.flip(0) - halves).abs().max() < 0.05
