"""What does a shift by ln 27 do to a sigmoid with three inputs?"""

import torch

torch.set_default_dtype(torch.float64)
k = torch.tensor([1 / 3, 1.0, 3.0])  # the pre-activations are ln k
means = []
for name, factor in (("centred", 1), ("shifted", 27)):
    z = (factor * k).log().requires_grad_()
    (slope,) = torch.autograd.grad(torch.sigmoid(z).sum(), z)
    by_hand = factor * k / (1 + factor * k) ** 2
    torch.testing.assert_close(slope, by_hand, rtol=1e-12, atol=0)
    means.append(slope.mean())
    print(f"{name}: slopes", *(f"{s:.4f}" for s in slope), end=", ")
    print(f"mean {means[-1]:.4f}")
print(f"ratio of the means: {means[0] / means[1]:.2f}")
