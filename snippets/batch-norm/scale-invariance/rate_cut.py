"""What does a tenfold smaller rate do to the turn of a step at rest?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
n, lr, decay, on_sphere = 500, 0.1, 0.1, 3.0
w = torch.randn(n, requires_grad=True)
optimizer = torch.optim.SGD([w], lr, weight_decay=decay)


def turn(steps):
    """Return the angles of so many steps, in degrees, under new gradients."""
    angles = []
    for _ in range(steps):
        before = w.detach().clone()
        g = torch.randn(n)  # a new direction, at a right angle to w
        g -= (g @ before) / (before @ before) * before
        w.grad = on_sphere * g / g.norm() / before.norm()
        optimizer.step()
        after = w.detach()
        cosine = before @ after / (before.norm() * after.norm())
        angles.append(torch.acos(cosine).rad2deg().item())
    return angles


rest = turn(1000)[-1]
optimizer.param_groups[0]["lr"] = lr / 10
after = turn(3000)
print(f"at rest, rate {lr}:         {rest:.2f} degrees")
for t in (0, 250, 2999):
    print(f"rate {lr / 10}, step {t + 1:4}: {after[t]:.2f} degrees")
assert abs(after[0] / rest - 1 / 10) < 0.001
assert abs(after[-1] / rest - 1 / 10**0.5) < 0.001
