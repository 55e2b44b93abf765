"""What does batch normalisation do with a batch of one?"""

import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
image = torch.randn(1, 3, 8, 8)
y = F.batch_norm(image, None, None, training=True)
torch.testing.assert_close(y, F.instance_norm(image), rtol=0, atol=1e-12)
print("convolutional: it is instance normalisation")
try:
    F.batch_norm(torch.randn(1, 3), None, None, training=True)
except ValueError as error:
    print(f"dense, an error: {str(error)[:38]}")
