"""Which eps survives in half precision?"""

import torch

for name, dtype in (
    ("float32", torch.float32),
    ("bfloat16", torch.bfloat16),
    ("float16", torch.float16),
):
    info = torch.finfo(dtype)
    kept = torch.tensor([10.0**e for e in range(-4, -9, -1)]).to(dtype)
    zero = [-4 - k for k in range(5) if kept[k] == 0]
    lost = "none" if not zero else " ".join(f"1e{e}" for e in zero)
    print(f"{name:8}: least above 0 ", end="")
    least = info.smallest_normal * info.eps
    print(f"{least:.0e}, largest {info.max:.0e}; ", end="")
    print(f"lost of 1e-4 ... 1e-8: {lost}")

# A deviation of 1e-4 is a fine number, but its square is not.
deviation = torch.tensor([1e-4, -1e-4], dtype=torch.float16)
assert (deviation != 0).all()
assert (deviation.square() == 0).all()
print("float16: the square of 1e-4 is 0")

# Torch computes the statistics of half-precision input in float32.
x = torch.tensor([[300.0], [-300.0], [100.0], [-100.0]])
norm = torch.nn.BatchNorm1d(1)
with torch.autocast("cpu", dtype=torch.bfloat16):
    y = norm(x.bfloat16())
torch.testing.assert_close(y.float(), norm(x), rtol=0.01, atol=0)
print(f"torch, bfloat16 input: statistics kept in {norm.running_var.dtype}")
