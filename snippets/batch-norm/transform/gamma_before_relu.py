"""Is gamma needed between batch normalisation, ReLU and a linear layer?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, below, weight = torch.randn(50, 5), torch.randn(5, 6), torch.randn(6, 3)
x_hat = batch_norm(x @ below, None, None, training=True)
gamma, beta = torch.rand(6) + 0.5, torch.randn(6)

y = torch.relu(gamma * x_hat + beta) @ weight
moved = torch.relu(x_hat + beta / gamma) @ (gamma[:, None] * weight)
torch.testing.assert_close(moved, y, rtol=0, atol=1e-12)
print("positive gamma: moved into the next weight matrix")

y = torch.relu(-gamma * x_hat + beta) @ weight
moved = torch.relu(x_hat - beta / gamma) @ (-gamma[:, None] * weight)
off = (-gamma * x_hat + beta).abs() @ weight  # what it let through or cut off
torch.testing.assert_close(y - moved, off, rtol=0, atol=1e-12)
assert off.abs().max() > 1
print("negative gamma: not to be moved there")

mirrored = batch_norm(x @ -below, None, None, training=True)
moved = torch.relu(gamma * mirrored + beta) @ weight
torch.testing.assert_close(moved, y, rtol=0, atol=1e-12)
print("its sign: moved into the weights below")
