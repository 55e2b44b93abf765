"""Do gamma and beta stop the drift that detached statistics cause?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
lr, steps = 0.5, 200


def run(seed, detach, affine):
    torch.manual_seed(seed)
    u, target = torch.randn(64, 5), torch.randn(64, 1)
    first, last = nn.Linear(5, 8), nn.Linear(8, 1)
    gamma = torch.ones(8, requires_grad=affine)
    beta = torch.zeros(8, requires_grad=affine)
    parameters = [*first.parameters(), *last.parameters()]
    parameters += [gamma, beta] if affine else []
    optimizer = torch.optim.SGD(parameters, lr)
    b, length = first.bias.detach().clone(), first.weight.norm(dim=1).detach()
    for _ in range(steps):
        x = first(u)
        mean, r = x.mean(0), x.std(0, unbiased=False)
        if detach:
            mean, r = mean.detach(), r.detach()
        h = torch.sigmoid(gamma * (x - mean) / r + beta)
        loss = 0.5 * (last(h) - target).square().mean()
        optimizer.zero_grad()
        loss.backward()
        if detach and affine:  # the two identities
            radial = (first.weight * first.weight.grad).sum(1)
            radial = radial + first.bias * first.bias.grad
            shift = gamma / r * beta.grad
            exact = gamma * gamma.grad + mean * shift
            close = {"rtol": 1e-9, "atol": 1e-14}
            torch.testing.assert_close(first.bias.grad, shift, **close)
            torch.testing.assert_close(radial, exact, **close)
        optimizer.step()
    drift = (first.bias - b).abs().max().item()
    ratio = first.weight.norm(dim=1) / length
    return drift, ratio.min().item(), ratio.max().item(), loss.item()


print("statistics gamma, beta   bias moved by   |w|, times its start   loss")
for detach in False, True:
    for affine in False, True:
        runs = torch.tensor([run(seed, detach, affine) for seed in range(3)])
        low, high = runs.min(0).values, runs.max(0).values
        print(
            f"{'detached' if detach else 'in graph':10}"
            f" {'trained' if affine else 'none':9}"
            f"{low[0]:9.2f} to {high[0]:.2f}"
            f"{low[1]:13.2f} to {high[2]:.2f}"
            f"{low[3]:11.2f} to {high[3]:.2f}"
        )
