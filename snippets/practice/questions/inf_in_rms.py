"""An infinity comes in: what comes out of a normaliser?"""

import torch
from torch.nn.functional import layer_norm, rms_norm

x = torch.tensor([66246.0, 9000.0, -3000.0, 500.0])
for kind in torch.float32, torch.float16, torch.bfloat16:
    h = x.to(kind)
    print(f"{str(kind)[6:]:9} {h[0].item():5.0f}", end="")
    for name, norm in ("RMSNorm", rms_norm), ("LN", layer_norm):
        y = norm(h, (4,)).tolist()
        print(f"  {name}", *(f"{v:5.2f}" for v in y), end="")
    print()
h = x.half().clamp(-64504, 64504)  # the largest float16 is 65504
y = rms_norm(h, (4,)).tolist()
print("float16   clamped  RMSNorm", *(f"{v:5.2f}" for v in y))
