"""How near is the nearest optimum if the length does not matter?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
print("weights   k < 0, %   size of k   distance, over   angle, of eight")
print("                     (median)    that to w*       starts in ten")
for n in (2, 50, 784):
    start, w = torch.randn(2, 4000, n)  # 4,000 starts, and an optimum each
    square = w.square().sum(1)
    k = (start * w).sum(1) / square
    foot, far = start - k[:, None] * w, start - w
    torch.testing.assert_close(  # the perpendicular
        (foot * w).sum(1), torch.zeros(4000), rtol=0, atol=1e-10
    )
    gain = far.square().sum(1) - foot.square().sum(1)
    exact = (1 - k).square() * square
    torch.testing.assert_close(gain, exact, rtol=1e-9, atol=1e-9)
    # The ray has no k < 0: its nearest end is then the origin.
    near = (start - k.clamp(min=0)[:, None] * w).norm(dim=1)
    ratio = (near / far.norm(dim=1)).median()
    cosine = k * square.sqrt() / start.norm(dim=1)
    angles = torch.rad2deg(torch.acos(cosine))
    low, high = angles.quantile(torch.tensor([0.1, 0.9]))
    negative = 100 * (k < 0).double().mean()
    print(f"{n:7} {negative:10.0f} {k.abs().median():11.2f}", end="")
    print(f"{ratio:14.2f}{low:15.0f} to {high:.0f}")
