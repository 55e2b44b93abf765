"""What if ONNX's momentum 0.9 is handed to torch?"""

import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

batches = 5 + torch.randn(10, 32, 1)
for momentum in 0.1, 0.9:
    running = torch.zeros(1), torch.ones(1)
    for batch in batches:
        F.batch_norm(batch, *running, training=True, momentum=momentum)
    age = torch.arange(9, -1, -1)
    weights = momentum * (1 - momentum) ** age
    expected = (weights * batches.mean((1, 2))).sum()
    torch.testing.assert_close(running[0][0], expected, rtol=1e-12, atol=0)
    print(
        f"torch momentum {momentum}: the last batch weighs {weights[-1]:.0%}, "
        f"the initial value {(1 - momentum) ** 10:.1%}"
    )
