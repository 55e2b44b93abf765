"""Is n / (n - 1) the right factor when positions are correlated?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N, side = 4, 7
grid = torch.cartesian_prod(torch.arange(side), torch.arange(side)).double()
distance = torch.cdist(grid, grid)
P, n = side * side, N * side * side
centring = torch.eye(n) - torch.full((n, n), 1 / n)

print("correlation of neighbours, positions' worth, right factor, n / (n - 1)")
for neighbour in (0.0, 0.5, 0.9, 0.99):
    cov = torch.where(distance == 0, 1.0, neighbour**distance)
    worth = 1 + (P - 1) * (cov.sum() - P) / (P * (P - 1))  # 1 + (P-1) rho
    whole = torch.block_diag(*[cov] * N)  # images are independent
    expected = torch.trace(centring @ whole) / n  # E s^2, the variance being 1
    assert abs(expected - (1 - worth / n)) < 1e-12
    factor = 1 / expected
    print(
        f"{neighbour:8} {P / worth:14.1f} {factor:14.4f} {n / (n - 1):10.4f}"
    )
