"""What does dropout before batch normalisation do to the stored variance?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = torch.randn(1000, 1)
x = (x - x.mean()) / x.std(correction=0)  # mean 0, variance 1
p = 0.2  # the probability of being dropped

print("mean of the unit, stored variance, output variance in evaluation")
for m in (0.0, 1.0, 2.0):
    norm = nn.BatchNorm1d(1, momentum=1.0, eps=1e-300)
    dropped = torch.cat([(x + m) / (1 - p)] * 4 + [0 * x])  # a fifth is 0
    norm(dropped)
    stored = norm.running_var.item() * 4999 / 5000
    assert abs(stored - ((1 + m**2) / (1 - p) - m**2)) < 1e-12
    out = norm.eval()(x + m).var(correction=0) * 5000 / 4999
    assert abs(out - 1 / ((1 + m**2) / (1 - p) - m**2)) < 1e-12
    print(f"{m:16} {stored:15.3f} {out:15.3f}")
