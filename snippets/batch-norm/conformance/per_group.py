"""How does one call group_norm with ONNX's old scale for each group?"""

import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

x = torch.randn(3, 6, 4, 5)
scale, bias = torch.randn(2), torch.randn(2)  # opset 18: one for each group
weights = scale.repeat_interleave(3), bias.repeat_interleave(3)
ours = F.group_norm(x, 2, *weights)
for group in range(2):
    part = slice(3 * group, 3 * group + 3)
    x_hat = F.layer_norm(x[:, part], (3, 4, 5))
    expected = scale[group] * x_hat + bias[group]
    torch.testing.assert_close(ours[:, part], expected, rtol=0, atol=1e-12)
print("scale for each group: repeat_interleave(C // G) first")
