"""In which order do the layer Jacobians multiply?"""

from itertools import pairwise

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def one_example(widths):
    """Return h^(0) to h^(L), the weights and phi'(z) of a tanh network."""
    weights, h, slope = [], [torch.randn(widths[0])], []
    for n, m in pairwise(widths):
        weights.append((torch.randn(m, n) / n**0.5).requires_grad_())
        h.append(torch.tanh(weights[-1] @ h[-1]))
        slope.append(1 - h[-1] ** 2)
    return h, weights, slope


h, weights, slope = one_example([8] * 7)  # six square layers
loss = h[6].sum()  # so dLoss / dh^(L) is a row of ones
G_1 = torch.autograd.grad(loss, weights[0])[0]
J = {k: slope[k - 1][:, None] * weights[k - 1] for k in range(1, 7)}

row = torch.ones(8)
descending = row @ J[6] @ J[5] @ J[4] @ J[3] @ J[2]
ascending = row @ J[2] @ J[3] @ J[4] @ J[5] @ J[6]
right = torch.outer(descending * slope[0], h[0])
wrong = torch.outer(ascending * slope[0], h[0])
torch.testing.assert_close(right, G_1, rtol=0, atol=1e-15)
error = (wrong - G_1).norm() / G_1.norm()
assert error > 0.5
print("J_6 J_5 J_4 J_3 J_2: equal to autograd, to 1e-15")
print(f"J_2 J_3 J_4 J_5 J_6: off by {error:.2f} times the gradient's norm")

h, weights, slope = one_example([8, 6, 5, 3])  # three layers, not square
J = {k: slope[k - 1][:, None] * weights[k - 1] for k in range(1, 4)}
row = torch.ones(3)
print("widths 8, 6, 5, 3, J_3 J_2:", len(row @ J[3] @ J[2]), "numbers")
try:
    row @ J[2] @ J[3]
except RuntimeError as error:
    print(f"widths 8, 6, 5, 3, J_2 J_3:\n    {error}")
