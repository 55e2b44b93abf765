"""One batch of real and fake examples, or two batches?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
real, fake = 2 + torch.randn(5000, 1), -2 + 0.5 * torch.randn(5000, 1)


def show(name, parts):
    print(f"  {name:11}", end="")
    for part in parts:
        mean = part.mean().round(decimals=6) + 0  # no minus zero
        print(f"  mean {mean:5.2f} deviation {part.std():4.2f}", end="")
    print()


for name in "together", "apart":
    norm = nn.BatchNorm1d(1, momentum=0.05)
    for _ in range(200):
        if name == "together":
            y = norm(torch.cat([real, fake])).chunk(2)
        else:
            y = norm(real), norm(fake)
    print(f"{name}: stored mean {norm.running_mean.item():.2f},", end=" ")
    print(f"variance {norm.running_var.item():.2f}  (left: real, right: fake)")
    show("training", y)
    show("evaluation", (norm.eval()(real), norm(fake)))
