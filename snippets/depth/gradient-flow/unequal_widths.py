"""What does He's variance do to gradients where the widths differ?"""

from itertools import pairwise

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
widths = [10, 40, 20, 80, 30, 60, 15]  # n_0 to n_L
depth, draws, B = len(widths) - 1, 3000, 20

sizes = torch.zeros(depth)
for _ in range(draws):
    h, z = torch.randn(B, widths[0]), []
    for n, m in pairwise(widths):
        weight = torch.randn(m, n) * (2 / n) ** 0.5
        z.append((h @ weight.T).requires_grad_())
        h = torch.relu(z[-1])
    delta = torch.autograd.grad(z[-1], z, torch.randn(B, widths[-1]))
    for k in range(depth):
        sizes[k] += delta[k].square().mean() / draws

for k in range(depth):
    n = widths[k + 1]
    measured = sizes[k] / sizes[-1]
    assert abs(measured * n / widths[-1] - 1) < 0.05  # exact in the mean
    print(
        f"layer {k + 1}, {n:3} units: d_l / d_L = {measured:.2f},",
        f"n_L / n_l = {widths[-1] / n:.2f}",
    )
