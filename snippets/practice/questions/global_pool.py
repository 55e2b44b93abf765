"""Why does batch normalisation fail behind a global average pool?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
branch = nn.Sequential(
    nn.AdaptiveAvgPool2d(1), nn.Conv2d(4, 3, 1), nn.BatchNorm2d(3)
)
for B in 1, 2, 3, 16:
    images = torch.randn(B, 4, 32, 32) + torch.randn(B, 4, 1, 1)
    try:
        y = branch(images).flatten(1)
    except ValueError as error:
        print(f"{B:2} images:", str(error).split(",")[0])
        continue
    sizes = y.abs().min().item(), y.abs().max().item()
    print(f"{B:2} images: {y[:, 0].numel():2} values a channel,", end=" ")
    print("sizes from {:.2f} to {:.2f}".format(*sizes))
branch.eval()
print("evaluation, one image: no error,", tuple(branch(images[:1]).shape))
