"""Does the moving target run away from the layer that follows it?"""

import torch

torch.set_default_dtype(torch.float64)

print("   c   lr    own step  move of the target  gap before  gap after")
for c in (3.0, 0.5, -1.0):
    for lr in (0.01, 0.1, 0.4):
        w = torch.ones(2, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=lr)
        loss = (w[1] * w[0] - c) ** 2 / 2
        loss.backward()
        target, gap = c / w[0].item(), (w[1] - c / w[0]).item()
        old = w[1].item()
        optimizer.step()
        own, new = w[1].item() - old, c / w[0].item()
        left = (w[1] - c / w[0]).item()
        print(
            f"{c:4.1f}  {lr:4.2f}  {own:+8.3f}  {new - target:+18.3f}", end=""
        )
        print(f"  {gap:+10.3f}  {left:+9.3f}")
        assert own * gap < 0 < (new - target) * gap * c  # c > 0: they meet
        exact = lr * c * gap / (1 - lr * (1 - c))
        assert abs(new - target - exact) < 1e-10
