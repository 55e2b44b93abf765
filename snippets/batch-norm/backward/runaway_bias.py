"""What does a bias do if the mean is treated as a constant?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
u, target = torch.randn(2, 64)
target += 0.5 - target.mean()  # a mean that centred values cannot reach
still = 0.5 * (u - u.mean() - target).square().mean()  # the loss, for every b

print("mean in the graph   step     b     loss")
for name, detach in ("no", True), ("yes", False):
    b = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.SGD([b], lr=0.1)
    for step in range(1001):
        x = u + b
        mean = x.mean().detach() if detach else x.mean()
        loss = 0.5 * (x - mean - target).square().mean()
        torch.testing.assert_close(loss, still, rtol=1e-9, atol=0)
        if step in (0, 10, 100, 1000):
            exact = 0.1 * step * target.mean() * detach
            torch.testing.assert_close(b, exact, rtol=1e-9, atol=1e-12)
            print(f"{name:17} {step:6} {abs(b):5.1f} {loss:8.3f}")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
