"""Do gamma and beta stop the drift that detached statistics cause?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
seeds, lr = 3, 0.5  # three networks side by side


def run(detach, affine):
    torch.manual_seed(0)
    u, target = torch.randn(seeds, 64, 5), torch.randn(seeds, 64, 1)
    weight, bias = torch.randn(seeds, 5, 8) / 4, torch.randn(seeds, 1, 8) / 4
    last, shift = torch.randn(seeds, 8, 1) / 4, torch.zeros(seeds, 1, 1)
    gamma, beta = torch.ones(seeds, 1, 8), torch.zeros(seeds, 1, 8)
    parameters = [weight, bias, last, shift] + [gamma, beta] * affine
    for parameter in parameters:
        parameter.requires_grad_()
    optimizer = torch.optim.SGD(parameters, lr)
    b, length, found = bias.detach().clone(), weight.detach().norm(dim=1), []
    for step in range(2001):
        x = u @ weight + bias
        mean = x.mean(1, keepdim=True)
        r = x.std(1, unbiased=False, keepdim=True)
        if detach:
            mean, r = mean.detach(), r.detach()
        h = torch.sigmoid(gamma * (x - mean) / r + beta)
        loss = 0.5 * (h @ last + shift - target).square().mean((1, 2))
        if step in (200, 2000):
            found.append((bias - b).abs().amax((1, 2)))
        if step == 200:
            ratio = weight.norm(dim=1) / length
            found += [ratio.min(1).values, ratio.max(1).values, loss]
        optimizer.zero_grad()
        loss.sum().backward()
        if detach and affine:  # the two identities
            radial = (weight * weight.grad).sum(1, keepdim=True)
            radial = radial + bias * bias.grad
            shifted = gamma / r * beta.grad
            exact = gamma * gamma.grad + mean * shifted
            close = {"rtol": 1e-9, "atol": 1e-14}
            torch.testing.assert_close(bias.grad, shifted, **close)
            torch.testing.assert_close(radial, exact, **close)
        optimizer.step()
    return torch.stack(found).detach()


print("                       bias moved by       |w|, times its")
print("statistics gamma, beta 200 steps    2,000  start, at 200   loss at 200")
for detach in False, True:
    for affine in False, True:
        drift, low, high, loss, late = run(detach, affine)
        print(
            f"{'detached' if detach else 'in graph':10}"
            f" {'trained' if affine else 'none':9}"
            f"{drift.min():5.1f} to {drift.max():.1f}"
            f"{late.min():6.1f} to {late.max():.1f}"
            f"{low.min():8.1f} to {high.max():.1f}"
            f"{loss.min():10.2f} to {loss.max():.2f}"
        )
