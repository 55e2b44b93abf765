"""What does a bias do if the mean is treated as a constant?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
lr = 0.1
u = torch.randn(64)
target = torch.randn(64)
target += 0.5 - target.mean()  # a mean that centred values cannot reach


def run(detach):
    b = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.SGD([b], lr)
    path = []
    for _ in range(1001):
        x = u + b
        mean = x.mean().detach() if detach else x.mean()
        loss = 0.5 * (x - mean - target).square().mean()
        path.append((b.item(), loss.item()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.tensor(path).T


(b, loss), (true_b, true_loss) = run(detach=True), run(detach=False)
step = torch.arange(1001)
exact = lr * step * target.mean()
torch.testing.assert_close(b, exact, rtol=1e-9, atol=1e-12)
torch.testing.assert_close(loss, loss[:1].expand(1001), rtol=1e-9, atol=0)
torch.testing.assert_close(loss, true_loss, rtol=1e-9, atol=0)
assert true_b.abs().max() < 1e-12
print("step   b, mean detached    b, mean in the graph    loss of both")
for i in 0, 10, 100, 1000:
    stays = abs(true_b[i])
    print(f"{i:4} {b[i]:17.4f} {stays:22.4f} {loss[i]:17.6f}")
