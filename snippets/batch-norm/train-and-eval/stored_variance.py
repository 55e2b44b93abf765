"""Which variance is used, and which is stored, in a convolutional layer?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
for N, H, W in (2, 1, 1), (2, 2, 2), (16, 2, 2), (16, 14, 14):
    x = 2 + 3 * torch.randn(N, 6, H, W)
    norm = nn.BatchNorm2d(6, momentum=1.0)  # keep the last batch only
    y = norm(x)
    n = N * H * W  # values pooled for one channel
    biased = x.var((0, 2, 3), correction=0)
    torch.testing.assert_close(
        y.var((0, 2, 3), correction=0),
        biased / (biased + norm.eps),
        rtol=0,
        atol=1e-12,
    )
    torch.testing.assert_close(
        norm.running_var, biased * n / (n - 1), rtol=1e-12, atol=0
    )
    factor = (norm.running_var / biased).mean()
    print(f"n = {N} * {H} * {W} = {n:4}: stored / used = {factor:.4f}")
    shrunk = norm.eval()(x).std((0, 2, 3), correction=0)
    expected = torch.sqrt(biased / (norm.running_var + norm.eps))
    torch.testing.assert_close(shrunk, expected, rtol=1e-12, atol=0)
print("in evaluation the same batch comes out narrower by sqrt((n - 1) / n)")
