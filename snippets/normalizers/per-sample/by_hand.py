"""What do normalisers make of an example and of three times this example?"""

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
A = torch.tensor([1.0, 1.0, 7.0, 7.0])  # four units
x = torch.stack([A, 3 * A])
rows = {
    "": x,
    "BN": F.batch_norm(x, None, None, training=True),
    "LN": F.layer_norm(x, (4,)),
    "RMS": F.rms_norm(x, (4,), eps=0.0),
}
same = {"LN": (A - 4) / 3, "RMS": A / 5}  # for both examples
for name, y in same.items():
    torch.testing.assert_close(rows[name], y.expand(2, 4), rtol=1e-6, atol=0)
pair = torch.tensor([3.0, 4.0])  # one bit is left, or an angle
one_bit = F.layer_norm(pair, (2,), eps=1e-14)
torch.testing.assert_close(one_bit, torch.tensor([-1.0, 1.0]))
angle = F.rms_norm(pair, (2,), eps=0.0)
torch.testing.assert_close(angle, pair / 12.5**0.5)
print("           example A        example B")
for name, y in rows.items():
    cells = ["".join(f"{v:4.2g}" for v in example) for example in y.tolist()]
    print(f"{name:3}", *cells)
