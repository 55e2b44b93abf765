"""Before any update a policy is compared with itself. Is the ratio one?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
rollout = torch.randn(512, 6) * torch.linspace(0.2, 3, 512)[:, None] + 1
for kind in nn.BatchNorm1d, nn.LayerNorm:
    policy = nn.Sequential(
        nn.Linear(6, 64), kind(64), nn.Tanh(), nn.Linear(64, 4)
    )
    policy[3].weight.data *= 3
    for _ in range(100):  # the running statistics have settled
        policy(rollout)

    acted = policy.eval()(rollout).log_softmax(-1)[:, 0]
    for mode, order in (
        ("evaluation", torch.arange(512)),
        ("training, in order", torch.arange(512)),
        ("training, shuffled", torch.randperm(512)),
    ):
        policy.train(mode != "evaluation")
        batches = rollout[order].split(64)
        logs = torch.cat([policy(o).log_softmax(-1)[:, 0] for o in batches])
        ratio = (logs - acted[order]).exp()
        low, high = ratio.min().item(), ratio.max().item()
        outside = ((ratio - 1).abs() > 0.2).double().mean().item()
        print(f"{kind.__name__:11} {mode:18}", end="  ")
        print(f"ratio {low:.2f} to {high:.2f}, off by over 0.2: {outside:.0%}")
