"""What does a layer with too few steps behind it put out in evaluation?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = torch.randn(1000, 4)
x = 0.1 * (x - x.mean(0)) / x.std(0)  # mean 0, unbiased variance 0.01

for steps in (10, 100, 1000):
    for rate in (0.1, 0.01):
        norm = nn.BatchNorm1d(4, momentum=rate)
        for _ in range(steps):
            norm(x)
        left = (1 - rate) ** steps
        stored = left + (1 - left) * 0.01
        exact = torch.full((4,), stored)
        torch.testing.assert_close(norm.running_var, exact, rtol=1e-12, atol=0)
        std = norm.eval()(x).std(0).mean()
        assert abs(std - (0.01 / (stored + norm.eps)) ** 0.5) < 1e-12
        print(
            f"{steps:4} steps at rate {rate:4}: {left:.3f} of 1 left,", end=""
        )
        print(f" stored {stored:.3f}, output std {std:.3f}")
