"""What becomes of 0, 2, 10 and 12 in training and in evaluation?"""

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
x = torch.tensor([[0.0], [2.0], [10.0], [12.0]])


def show(name, y):
    print(f"{name:14}", *[f"{v:+.2f}" for v in y.flatten().tolist()])


norm = nn.BatchNorm1d(1)  # stored at first: mean 0, variance 1
show("train, whole", norm(x))
two = [nn.BatchNorm1d(1)(part) for part in x.split(2)]
show("train, halves", torch.cat(two))
for more in 0, 99:
    for _ in range(more):
        norm.train()(x)
    show(f"eval after {1 + more}", norm.eval()(x))
    stored = norm.running_mean.item(), norm.running_var.item()
    print("  stored: mean {:.2f}, variance {:.2f}".format(*stored))
