"""gamma = 0 at the end of a branch: what learns, and when nothing?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, target = torch.randn(64, 6), torch.randn(64, 6)
for zeros in "gamma", "gamma and the next matrix":
    branch = nn.Sequential(nn.Linear(6, 6, bias=False), nn.BatchNorm1d(6))
    after = nn.Linear(6, 6, bias=False)
    nn.init.zeros_(branch[1].weight)
    if zeros != "gamma":
        nn.init.zeros_(after.weight)
    modules = nn.ModuleList([branch, after])
    optimizer = torch.optim.SGD(modules.parameters(), 0.1)
    print(f"{zeros} zero: gradients of W, gamma, beta, next matrix")
    for step in range(2):
        optimizer.zero_grad()
        (x + after(branch(x)) - target).square().mean().backward()
        sizes = [p.grad.norm().item() for p in modules.parameters()]
        print(f"  step {step}:", *(f"{s:.3f}" for s in sizes))
        optimizer.step()
