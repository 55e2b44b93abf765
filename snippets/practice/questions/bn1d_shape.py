"""A sequence as (example, time, feature): what does BatchNorm1d normalise?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, T, C = 16, 36, 5
scale = 10.0 ** torch.arange(C)  # the features have different units
x = scale * (1 + torch.randn(B, T, C))
try:
    nn.BatchNorm1d(C)(x)
except RuntimeError as error:
    print("BatchNorm1d(C):", error)
wrong = nn.BatchNorm1d(T)(x)  # no error any more
right = nn.BatchNorm1d(C)(x.transpose(1, 2)).transpose(1, 2)
flat = nn.BatchNorm1d(C)(x.flatten(0, 1)).view(B, T, C)
torch.testing.assert_close(right, flat, rtol=0, atol=1e-12)
for name, y in ("BatchNorm1d(T)", wrong), ("transposed", right):
    print(f"{name:15}", "deviation of each feature:", end=" ")
    print(*(f"{s:.4f}" for s in y.std((0, 1)).tolist()))
try:
    nn.BatchNorm1d(T).eval()(x[:, :30])
except RuntimeError as error:
    print("a shorter sequence:", error)
