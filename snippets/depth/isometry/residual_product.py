"""What does a skip connection do to the spectrum of a product?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
n, networks = 200, 3

print("depth  plain: variance, largest   skip: variance, theory, largest")
for depth in (5, 20, 80):
    rows = torch.zeros(2, 2)
    for _ in range(networks):
        plain, skip = torch.eye(n), torch.eye(n)
        for _ in range(depth):
            weight = torch.randn(n, n) / n**0.5
            plain = weight @ plain
            skip = skip + weight @ skip / depth**0.5
        for k, product in enumerate((plain, skip)):
            squares = torch.linalg.svdvals(product) ** 2
            squares = squares / squares.mean()
            row = [squares.var(correction=0), squares[0]]
            rows[k] += torch.stack(row) / networks
    step = (1 + 4 / depth + 2 / depth**2) / (1 + 1 / depth) ** 2 - 1
    assert abs(rows[1, 0] / (depth * step) - 1) < 0.1
    print(
        f"{depth:5}  {rows[0, 0]:15.1f}  {rows[0, 1]:7.1f}",
        f"  {rows[1, 0]:14.2f}  {depth * step:6.2f}  {rows[1, 1]:7.1f}",
    )

print("\nReLU, branches a W relu(z) / sqrt(20): share of directions, limit")
depth = 20
for a in (2.0, 1.0, 0.5, 0.25):
    share = 0.0
    for _ in range(networks):
        z, jacobian = torch.randn(n), torch.eye(n)
        for _ in range(depth):
            weight = a * torch.randn(n, n) * (2 / n / depth) ** 0.5
            branch = (z > 0)[:, None] * jacobian
            z = z + weight @ torch.relu(z)
            jacobian = jacobian + weight @ branch
        squares = torch.linalg.svdvals(jacobian) ** 2
        effective = squares.sum() ** 2 / squares.square().sum()
        share += effective.item() / n / networks
    theory = 1 / (1 + 2 * a**2)
    assert abs(share / theory - 1) < 0.15
    print(f"a = {a:<4}  {share:.2f}  {theory:.2f}")
