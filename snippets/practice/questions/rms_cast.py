"""RMSNorm of bfloat16: round and then scale, or scale and then round?"""

import torch

torch.manual_seed(0)
x, weight = torch.randn(1000, 256).bfloat16(), 1 + 0.3 * torch.randn(256)
h = x.float()
unit = h * torch.rsqrt(h.square().mean(-1, keepdim=True) + 1e-6)
print("weight    order             result    largest relative error")
for w in weight, weight.bfloat16():
    exact = unit.double() * w.double()
    for order, y in (
        ("round, then scale", w * unit.to(x.dtype)),
        ("scale, then round", (w * unit).to(x.dtype)),
    ):
        error = (y.double() / exact - 1).abs().max().item()
        print(f"{str(w.dtype)[6:]:9} {order} {str(y.dtype)[6:]:9} {error:.4f}")
