"""Do the shifts depend on how the same function is written?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y, lr = torch.randn(50, 4), torch.randn(50, 2), 1e-4
weight1, weight2 = torch.randn(8, 4), torch.randn(2, 8)


def loss(weight1, weight2):
    return (torch.relu(x @ weight1.T) @ weight2.T - y).pow(2).mean()


gradients = torch.func.grad(loss, (0, 1))
print("a      loss      relative gradient shift of layer 2")
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
    shifts.append(((new - G2).norm() / G2.norm()).item())
    print(f"{a:.1f}    {loss(u, v):.4f}    {shifts[-1]:.6f}")
for k in (0, 1):  # proportional to 1 / a ** 2, up to O(lr)
    assert abs(shifts[k] / shifts[k + 1] - 4) < 0.05
