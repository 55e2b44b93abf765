"""Is the layer norm of a rescaled input the same for every factor?"""

import torch
from torch.nn.functional import layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = torch.randn(5, 20)
for factor in 3.0, 0.5, -3.0, -0.5:
    y, y_scaled = layer_norm(x, (20,)), layer_norm(factor * x, (20,))
    sign = 1 if factor > 0 else -1
    torch.testing.assert_close(y_scaled, sign * y, rtol=1e-3, atol=0)
    print(f"factor {factor:4}: LN(factor x) = {sign:2} LN(x)")
