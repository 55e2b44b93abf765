"""Does gradient checkpointing change the running statistics?"""

import copy

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
plain = nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5), nn.ReLU())
x = 3 + torch.randn(32, 6)
for reentrant in True, False:
    net, once, mended = (copy.deepcopy(plain) for _ in range(3))
    mended[1].momentum = 1 - (1 - 0.1) ** 0.5
    inputs = x.clone().requires_grad_()
    once(inputs).square().sum().backward()
    for model in net, mended:
        out = checkpoint(model, inputs, use_reentrant=reentrant)
        out.square().sum().backward()
        for p, q in zip(model.parameters(), once.parameters(), strict=True):
            torch.testing.assert_close(p.grad, q.grad, rtol=1e-12, atol=1e-12)
    ratio = (net[1].running_mean / once[1].running_mean).unique()
    assert (ratio - 1.9).abs().max() < 1e-9  # 1 - 0.9**2 in place of 0.1
    for name in "running_mean", "running_var":
        one, two = getattr(once[1], name), getattr(mended[1], name)
        torch.testing.assert_close(one, two, rtol=1e-12, atol=0)
    print(f"use_reentrant={reentrant}: same gradients")
    for name, model in ("without", once), ("with", net):
        steps = model[1].num_batches_tracked.item()
        rate = 1 - 0.9**steps
        print(f"  {name} checkpointing: updates {steps}, rate {rate:.2f}")
print("momentum 1 - sqrt(1 - 0.1): the same statistics as without")
