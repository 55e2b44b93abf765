"""By which factor must Adam's rate grow if weights before BN grow by c?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y, start, c = torch.randn(100, 6), torch.randn(100), torch.randn(6), 5.0


def losses(w, lr):
    """Return the losses of 30 steps of Adam."""
    w = w.clone().requires_grad_()
    optimizer = torch.optim.Adam([w], lr=lr, eps=0)
    log = []
    for _ in range(30):
        z = x @ w
        loss = (torch.tanh(z / z.std(correction=0)) - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log.append(loss.item())
    return torch.tensor(log)


base = losses(start, 0.1)
torch.testing.assert_close(losses(c * start, c * 0.1), base)
print("weights times c, rate times c: equal losses for 30 steps")
for power in (0, 2):
    gap = (losses(c * start, c**power * 0.1) - base).abs().max()
    print(f"rate times c^{power}: the losses differ by up to {gap:.2f}")
