"""Does gradient descent with BN reach a stationary point at any rate?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = torch.randn(50, 4) * torch.tensor([1.0, 1.5, 2.0, 3.0])
x -= x.mean(0)
y = torch.tanh(x @ torch.tensor([1.0, -1.0, 0.5, 0.2]))
start = torch.randn(4)
start /= start.norm()


def loss_of(w):
    """Return a loss that is smooth on the sphere and scale invariant."""
    z = x @ w
    return (torch.tanh(z / z.std(correction=0)) - y).square().mean()


points = torch.randn(2000, 4)
points /= points.norm(dim=1, keepdim=True)
hessian_of = torch.func.jacrev(torch.func.grad(loss_of))
hessians = torch.func.vmap(hessian_of)(points)
M = torch.linalg.matrix_norm(hessians, 2).max()
print(f"M = {M:.2f}, the largest of 2,000 points of the sphere")
print("    rate   |w|^2 at the end   rate / |w|^2   |g| on the sphere   rises")
for lr in (0.01, 0.1, 1, 10, 100, 1000, 10000):
    w = start.clone().requires_grad_()
    optimizer = torch.optim.SGD([w], lr=lr)
    losses, bounds, growth = [], [], 0.0
    for _ in range(1000):
        optimizer.zero_grad()
        loss = loss_of(w)
        loss.backward()
        square, effective = (
            w.grad.square().sum(),
            lr / w.detach().square().sum(),
        )
        bounds.append(loss.detach() - lr * square * (1 - effective * M / 2))
        optimizer.step()
        losses.append(loss.detach())
        growth += lr**2 * square
    length = w.detach().norm()
    torch.testing.assert_close(length**2, 1 + growth, rtol=1e-11, atol=0)
    assert all(losses[t + 1] <= bounds[t] + 1e-12 for t in range(999))
    on_sphere = (w.grad.norm() * length).item()
    rises = (torch.stack(losses).diff() > 1e-12).sum()
    size = "below 1e-9" if on_sphere < 1e-9 else f"{on_sphere:.0e}"
    print(f"{lr:8} {length**2:15.2e} {lr / length**2:16.1e}", end=" ")
    print(f"{size:>16} {rises:12}")
