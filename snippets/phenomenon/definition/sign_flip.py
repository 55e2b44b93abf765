"""Can P(y | h) change while P(h) does not change at all?"""

import torch

torch.set_default_dtype(torch.float64)

normal = torch.distributions.Normal(0.0, 1.0)
x = normal.icdf((torch.arange(1000) + 0.5) / 1000)  # a symmetric sample
y = 3 * x

units = {}
for w in (1.0, -1.0):
    h = units[w] = w * x
    slope = (h * y).mean() / (h * h).mean()
    torch.testing.assert_close(slope * h, y, rtol=0, atol=1e-12)
    print(f"w = {w:+.0f}: mean {h.mean().abs():.2f}, ", end="")
    print(f"variance {h.var():.2f}, y = {slope:+.2f} h")

before, after = (h.sort()[0] for h in units.values())
torch.testing.assert_close(before, after, rtol=0, atol=1e-12)
print("the sorted values of h are the same")
