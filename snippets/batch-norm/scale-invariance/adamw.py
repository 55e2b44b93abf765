"""Do AdamW and Adam with an L2 penalty turn weights before BN equally fast?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
n, lr, decay, steps = 400, 0.05, 0.05, 1500


def settle(optimizer_class, size):
    """Return the norm and the angle of a step, under random gradients."""
    torch.manual_seed(1)
    w = torch.randn(n, requires_grad=True)
    settings = {"lr": lr, "weight_decay": decay, "betas": (0.0, 0.99)}
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
    return torch.stack(norms)[late].mean(), torch.stack(angles)[late].mean()


print("                      |w|  theory   angle  theory")
for optimizer_class in (torch.optim.AdamW, torch.optim.Adam):
    for size in (1, 10):
        norm, angle = settle(optimizer_class, size)
        theory = (n * lr / (2 * decay)) ** 0.5
        if optimizer_class is torch.optim.Adam:
            theory = (n * lr * size / (2 * decay)) ** (1 / 3)
        turn = lr * n**0.5 / theory
        assert abs(norm / theory - 1) < 0.03
        assert abs(angle / turn - 1) < 0.03
        name = f"{optimizer_class.__name__}, gradient x {size}"
        print(f"{name:20} {norm:4.1f} {theory:7.1f} {angle:7.2f} {turn:7.2f}")
