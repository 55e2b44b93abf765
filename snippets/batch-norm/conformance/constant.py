"""What does a constant channel become if its mean is one rounding off?"""

import torch

eps = 1e-5
for value in 0.1, 9999.7:
    x = torch.full((4096,), value)
    once = x - torch.nextafter(x, torch.tensor(torch.inf))
    y = once * torch.rsqrt(once.square().mean() + eps)
    d = once[0].double()
    expected = d / torch.sqrt(d**2 + eps)
    torch.testing.assert_close(y[0].double(), expected, rtol=1e-5, atol=0)
    twice = once - once.mean()
    z = twice * torch.rsqrt(twice.square().mean() + eps)
    assert z.abs().max() < 1e-6
    print(f"{value}: centred once {abs(y[0]):.0e}, twice below 1e-6")
