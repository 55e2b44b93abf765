"""Do the shifts depend on how the same function is written?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y, lr = torch.randn(50, 4), torch.randn(50, 2), 1e-4
weight1, weight2 = torch.randn(8, 4), torch.randn(2, 8)


def loss(weight1, weight2):
    return (torch.relu(x @ weight1.T) @ weight2.T - y).pow(2).mean()


gradients = torch.func.grad(loss, (0, 1))
print("a      loss      gradient shift    moment shift")
print("                 of layer 2        of layer 1")
shifts = []
for a in (0.5, 1.0, 2.0):
    u, v = weight1 * a, weight2 / a  # ReLU: the same function for a > 0
    torch.testing.assert_close(
        loss(u, v), loss(weight1, weight2), rtol=0, atol=1e-12
    )
    G1, G2 = gradients(u, v)
    stepped = u - lr * G1
    assert loss(stepped, v) < loss(u, v)
    new = gradients(stepped, v)[1]
    z, z_new = x @ u.T, x @ stepped.T
    s, s_new = z.std(0, correction=0), z_new.std(0, correction=0)
    moved = torch.hypot(z_new.mean(0) - z.mean(0), s_new - s) / s
    rho = (new - G2).norm() / G2.norm()
    shifts.append(torch.stack([rho, moved.median()]))
    print(f"{a:.1f}    {loss(u, v):.4f}    {rho:.6f}", end="")
    print(f"          {shifts[-1][1]:.1e}")
for k in (0, 1):  # both proportional to 1 / a ** 2, up to O(lr)
    assert (shifts[k] / shifts[k + 1] - 4).abs().max() < 0.05
