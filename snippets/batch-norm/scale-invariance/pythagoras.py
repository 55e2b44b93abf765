"""By how much does one step lengthen weights that BN makes scale invariant?"""

import torch
from torch.nn.functional import cosine_similarity, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(2000, 10), torch.randint(3, (2000,))
output, start, m, lr = torch.randn(8, 3), torch.randn(10, 8), 0.9, 0.1


def run(optimizer_class, lr=lr, **settings):
    """Return the squared norms, the gradients and the updates of 50 steps."""
    w = start.clone().requires_grad_()
    optimizer = optimizer_class([w], lr=lr, **settings)
    norms, gradients, steps, inner = [], [], [], []
    for i in torch.arange(2000).split(40):
        z = x[i] @ w
        x_hat = (z - z.mean(0)) / z.std(0, correction=0)
        optimizer.zero_grad()
        cross_entropy(torch.tanh(x_hat) @ output, y[i]).backward()
        before = w.detach().clone()
        optimizer.step()
        step = (before - w.detach()) / lr
        norms.append(before.square().sum())
        gradients.append(w.grad.flatten().clone())
        steps.append(step.square().sum())
        inner.append((before * step).sum())
    norms.append(w.detach().square().sum())
    return [torch.stack(v) for v in (norms, gradients, steps, inner)]


def close(a, b):
    """Assert equality to 1e-12."""
    torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-12)


def ends(norms):
    """Say where the squared norm starts and where it ends."""
    return f"|w|^2 {norms[0]:.2f} to {norms[-1]:.2f}"


norms, gradients, _, _ = run(torch.optim.SGD)
close(norms.diff(), lr**2 * gradients.square().sum(1))
print(f"SGD:      {ends(norms)}; Pythagoras, 1e-12")

norms, gradients, steps, inner = run(torch.optim.SGD, momentum=m)
past = 0.0
for t in range(50):
    close(inner[t], torch.as_tensor(-lr * past))
    close(norms[t + 1] - norms[t], lr**2 * (steps[t] + 2 * past))
    past = m * (past + steps[t])
ratio = norms.diff().sum() / (lr**2 * gradients.square().sum())
agree = cosine_similarity(gradients[1:], gradients[:-1]).mean()
print(f"momentum: {ends(norms)}; {ratio:.0f} times the sum of lr^2 |g|^2")
print(f"          cosine of a gradient and the one before: {agree:.1f}")

lr = 1e-3
norms, _, steps, inner = run(torch.optim.Adam, lr=lr)
close(norms.diff(), lr**2 * steps - 2 * lr * inner)
shrinking = (norms.diff() < 0).sum()
print(f"Adam:     {ends(norms)}; {shrinking} of 50 steps shorten w")
