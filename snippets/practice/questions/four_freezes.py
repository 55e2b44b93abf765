"""Which of these freezes batch normalisation while model.train() is on?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = 5 + 2 * torch.randn(16, 3)  # other data than in pre-training
print(f"{'':34} statistics   output in training")
for name in (
    "requires_grad_(False)",
    "track_running_stats = False",
    "momentum = 0",
    "eval()",
):
    norm = nn.BatchNorm1d(3)
    for _ in range(200):
        norm(1 + torch.randn(64, 3))  # pre-training
    stored = norm.eval()(x)
    norm.train()
    if name == "eval()":
        norm.eval()
    elif name == "requires_grad_(False)":
        norm.requires_grad_(False)
    elif name == "momentum = 0":
        norm.momentum = 0
    else:
        norm.track_running_stats = False
    before = norm.running_mean.clone()
    y = norm(x)
    kept = torch.equal(norm.running_mean, before)
    same = torch.allclose(y, stored, rtol=0, atol=1e-12)
    print(f"{name:34} {'kept' if kept else 'move':12}", end=" ")
    print("as in evaluation" if same else "normalised by its batch")
