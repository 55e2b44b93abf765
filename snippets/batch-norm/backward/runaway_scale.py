"""What do weight and bias do if mean and variance are constants?"""

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
lr, mean_target = 0.01, 0.5
u = torch.randn(64)
u = (u - u.mean()) / u.std(unbiased=False)


def run(rho, detach, steps):
    w, b = (torch.tensor(t, requires_grad=True) for t in (1.0, 0.0))
    optimizer = torch.optim.SGD([w, b], lr)
    path = []
    for _ in range(steps + 1):
        x = w * u + b
        mean, std = x.mean(), x.std(unbiased=False)
        if detach:
            mean, std = mean.detach(), std.detach()
        loss = 0.5 * ((x - mean) / std - rho * u - mean_target).square().mean()
        path.append((w.item(), b.item(), loss.item()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.tensor(path).T


def recursion(rho, steps):  # eps = 0, while w > 0
    w, b = [1.0], [0.0]
    for _ in range(steps):
        b.append(b[-1] + lr * mean_target / w[-1])
        w.append(w[-1] + lr * (rho - 1) / w[-1])
    return torch.tensor([w, b])


w, b, loss = run(0.5, True, 200)
flip = int((w < 0).nonzero()[0])
print(f"rho 0.5: w turns negative at step {flip}, loss {loss[flip]:.2f}")

figure, (top, bottom) = plt.subplots(2, 1, sharex=True)
for rho, steps, colour in (2.0, 120, "C3"), (0.5, 97, "C4"):
    w, b, loss = run(rho, True, steps)
    exact = recursion(rho, steps)
    torch.testing.assert_close(torch.stack([w, b]), exact, rtol=0, atol=1e-8)
    assert (loss - loss[0]).abs().max() < 1e-9
    true_w, true_b, true_loss = run(rho, False, steps)
    assert (true_w - 1).abs().max() + true_b.abs().max() < 1e-9
    torch.testing.assert_close(true_loss, loss, rtol=0, atol=1e-9)
    end = f"w {w[-1]:.3f}, b {b[-1]:.3f}, loss {loss[0]:.3f} throughout"
    print(f"rho {rho}, step {steps}: {end}")
    top.plot(w, color=colour)
    bottom.plot(b, color=colour, label=f"target slope {rho}")
for axes, level in (top, 1.0), (bottom, 0.0):
    axes.axhline(level, color="C1", linestyle="--")
top.set(ylabel="weight")
bottom.set(xlabel="step", ylabel="bias")
bottom.legend()
plt.show()
