"""Can the pooled statistics stand still while every unit moves?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
before = torch.randn(1000, 2) + torch.tensor([0.0, 3.0])
after = before.flip(1)  # the two units change places

for f in (torch.mean, torch.var):
    torch.testing.assert_close(f(after), f(before), rtol=0, atol=1e-12)
moved = (after.mean(0) - before.mean(0)).abs() / before.std(0)
assert moved.min() > 2.5
print("pooled: equal. each unit's mean moved by", end=" ")
print(", ".join(f"{m:.1f}" for m in moved), "of its standard deviations")
