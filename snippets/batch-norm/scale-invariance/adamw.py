"""Do AdamW and Adam with an L2 penalty turn weights before BN equally fast?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
n, lr, decay, steps = 400, 0.05, 0.05, 1500


def settle(optimizer_class, size, m):
    """Return norm and angle at rest, and the steps to 1/e of the gap."""
    torch.manual_seed(1)
    w = torch.randn(n, requires_grad=True)
    settings = {"lr": lr, "weight_decay": decay, "betas": (m, 0.99)}
    optimizer = optimizer_class([w], eps=1e-12, **settings)
    norms, angles = [], []
    for _ in range(steps):
        before = w.detach().clone()
        noise = torch.randn(n)
        unit = before / before.norm()
        w.grad = size * (noise - (unit @ noise) * unit) / before.norm()
        optimizer.step()
        after = w.detach()
        cosine = before @ after / (before.norm() * after.norm())
        norms.append(after.norm())
        angles.append(torch.acos(cosine))
    late = slice(steps // 2, None)
    norms, angles = torch.stack(norms), torch.stack(angles)
    squares = norms.square()
    end = squares[late].mean()
    time = (squares > end + (squares[0] - end) / torch.e).sum().item()
    return norms[late].mean(), angles[late].mean(), time


print("               beta1    |w|  theory  angle  theory")
for optimizer_class, m in (
    (torch.optim.AdamW, 0.0),
    (torch.optim.AdamW, 0.9),
    (torch.optim.Adam, 0.0),
):
    for size in (1, 10):
        norm, angle, time = settle(optimizer_class, size, m)
        theory = (n * lr / (2 * decay)) ** 0.5
        if optimizer_class is torch.optim.Adam:
            theory = (n * lr * size / (2 * decay)) ** (1 / 3)
        turn = lr * n**0.5 / theory * ((1 - m) / (1 + m)) ** 0.5
        assert abs(norm / theory - 1) < 0.03
        assert abs(angle / turn - 1) < 0.03
        name = f"{optimizer_class.__name__}, g x {size}"
        print(f"{name:13} {m:6} {norm:6.1f} {theory:7.1f}", end="")
        print(f"{angle:7.3f} {turn:7.3f}")
        if optimizer_class is torch.optim.AdamW:
            assert abs(2 * lr * decay * time - 1) < 0.12
print(f"AdamW: |w|^2 needs {1 / (2 * lr * decay):.0f} steps, to 12 %")
