"""Is gamma needed between batch normalisation, ReLU and a linear layer?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x_hat, weight = torch.randn(50, 6), torch.randn(6, 3)
gamma, beta = torch.rand(6) + 0.5, torch.randn(6)

y = torch.relu(gamma * x_hat + beta) @ weight
moved = torch.relu(x_hat + beta / gamma) @ (gamma[:, None] * weight)
torch.testing.assert_close(moved, y, rtol=0, atol=1e-12)
print("positive gamma: moved into the next weight matrix")

y = torch.relu(-gamma * x_hat + beta) @ weight
moved = torch.relu(x_hat - beta / gamma) @ (-gamma[:, None] * weight)
assert (moved - y).abs().max() > 1
print("negative gamma: not to be moved")
