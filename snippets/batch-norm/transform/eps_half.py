"""Which eps survives in half precision?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
for name, dtype in (
    ("float32", torch.float32),
    ("bfloat16", torch.bfloat16),
    ("float16", torch.float16),
):
    info = torch.finfo(dtype)
    kept = torch.tensor([1e-4, 1e-5, 1e-6, 1e-7, 1e-8], dtype=dtype)
    zero = [-4 - k for k, value in enumerate(kept) if value == 0]
    lost = "none" if not zero else " ".join(f"1e{e}" for e in zero)
    print(f"{name:8}: least above 0 ", end="")
    least = info.smallest_normal * info.eps
    print(f"{least:.0e}, largest {info.max:.0e}; ", end="")
    print(f"lost of 1e-4 ... 1e-8: {lost}")

# A deviation of 1e-4 is a fine number, but its square is not.
deviation = torch.tensor([1e-4, -1e-4], dtype=torch.float16)
assert deviation.all()  # not zero
assert (deviation.square() == 0).all()
print("float16: the square of 1e-4 is 0")

# How far off is torch for half-precision input, with parameters of either
# precision? A mean of 1000 needs more digits than half precision has.
for dtype in torch.bfloat16, torch.float16:
    x = (1000 + torch.randn(4096, 64)).to(dtype)
    truth = batch_norm(x.double(), None, None, training=True)
    for kept in torch.float32, dtype:
        one, zero = torch.ones(64, dtype=kept), torch.zeros(64, dtype=kept)
        y = batch_norm(x, None, None, one, zero, training=True)
        rounding = truth.abs().max() * torch.finfo(dtype).eps / 2
        off = ((y.double() - truth).abs().max() / rounding).item()
        near = kept == torch.float32
        assert off < 1.01 if near else off > 2
        size = "one rounding at most" if near else "over two roundings"
        print(f"{dtype}, parameters in {kept}: off by {size}")
