"""Which mean and which variance does a batch-normalised unit put out?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
eps = 1e-5
x = torch.rand(16, 4, 5, 5) ** 3  # skewed: nothing here is Gaussian
x = x * torch.tensor([10.0, 1.0, 0.01, 0.0]).view(4, 1, 1) + 7
gamma, beta = torch.tensor([2.0, -3.0, 2.0, 5.0]), torch.randn(4)
y = batch_norm(x, None, None, gamma, beta, training=True, eps=eps)

s2 = x.var((0, 2, 3), unbiased=False)
s2_out, mean_out = torch.var_mean(y, (0, 2, 3), correction=0)
torch.testing.assert_close(mean_out, beta, rtol=0, atol=1e-10)
exact = gamma**2 * s2 / (s2 + eps)
torch.testing.assert_close(s2_out, exact, rtol=1e-9, atol=1e-12)
for channel in range(4):
    print(f"s^2 {s2[channel]:.6f}, gamma {gamma[channel]:4.1f}: ", end="")
    print(f"variance put out {s2_out[channel]:.5f}")
