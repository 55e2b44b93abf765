"""What does a constant channel become if its mean is one rounding off?"""

import torch

eps = 1e-5


def scaled(x):
    """Divide by the root of the mean square, and eps."""
    return x * torch.rsqrt(x.square().mean() + eps)


for value in 0.1, 9999.7:
    x = torch.full((4096,), value)
    once = x - torch.nextafter(x, torch.tensor(torch.inf))
    y, d = scaled(once), once.double()
    expected = d / torch.sqrt(d**2 + eps)
    torch.testing.assert_close(y.double(), expected, rtol=1e-5, atol=0)
    z = scaled(once - once.mean())
    assert z.abs().max() < 1e-6
    print(f"{value}: centred once {y.abs().max():.0e}, twice below 1e-6")
