"""What do three normalisers make of two examples, one three times the other?"""

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
A = torch.tensor([1.0, 1.0, 7.0, 7.0])  # four units
x = torch.stack([A, 3 * A])
rows = {
    "": x,
    "batch norm": F.batch_norm(x, None, None, training=True),
    "layer norm": F.layer_norm(x, (4,)),
    "RMSNorm": F.rms_norm(x, (4,), eps=1e-5),
    "group norm": F.group_norm(x, 2),
}
exact = torch.tensor([-3.0, -3.0, 3.0, 3.0]) / 3, A / 5
for name, known in zip(("layer norm", "RMSNorm"), exact, strict=True):
    torch.testing.assert_close(rows[name][0], known, rtol=1e-5, atol=0)
print(f"{'':12}{'example A':>18}{'example B':>23}")
for name, y in rows.items():
    cells = ["".join(f"{v:5.1f}" for v in example) for example in y + 0.0]
    print(f"{name:10}", "   ".join(cells))
