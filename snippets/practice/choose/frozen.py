"""Does a batch norm in evaluation mode depend on its batch?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
norm = nn.BatchNorm2d(4)
for _ in range(100):  # what pre-training leaves in the running statistics
    norm(3 * torch.randn(16, 4, 6, 6) + 5)
norm.eval()
x = torch.randn(8, 4, 6, 6) - 7  # fine-tuning on other data
mean, std = norm(x).mean().item(), norm(x).std().item()
nn.init.normal_(norm.weight), nn.init.normal_(norm.bias)  # as if learned
alone = torch.cat([norm(example[None]) for example in x])
torch.testing.assert_close(alone, norm(x), rtol=0, atol=1e-12)

scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
shift = norm.bias - scale * norm.running_mean
y = scale.view(4, 1, 1) * x + shift.view(4, 1, 1)
torch.testing.assert_close(y, norm(x), rtol=0, atol=1e-12)
print("frozen: a fixed scale and shift for each channel, at any batch size")
print(f"on the other data the output has mean {mean:.1f}, deviation {std:.2f}")
