"""How much of the variance does E[x^2] - E[x]^2 lose in float32?"""

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
m, u = 4096, 2.0**-24  # values pooled; half a unit in the last place
ratios = 10.0 ** torch.arange(0, 4.5, 0.5, dtype=torch.float64)
errors = {"naive": [], "merged": [], "two passes": []}
loop = []  # the naive formula, its sums added one value after the other
for ratio in ratios:
    x = (ratio + torch.randn(m, 200, dtype=torch.float64)).float()
    exact = x.double()
    mu, s2 = exact.mean(0), exact.var(0, correction=0)

    square, c = x.square().mean(0), x.mean(0)
    naive = square.double() - c.double() ** 2
    d1 = square / (s2 + mu**2) - 1  # relative errors of the two averages
    d2 = c / mu - 1
    r2 = mu**2 / s2
    lost = d1 * (1 + r2) - (2 * d2 + d2**2) * r2
    torch.testing.assert_close(naive / s2 - 1, lost, rtol=0, atol=1e-7)

    shifted = (exact - c).square().mean(0)
    steiner = s2 + (mu - c) ** 2
    torch.testing.assert_close(shifted, steiner, rtol=1e-11, atol=0)
    two_passes = (x - c).square().mean(0)

    for part in x, exact:  # Chan's rule, in float32 and in float64
        n, mean, total = 0, 0.0, 0.0
        for block in part.split(64):
            b, centre = len(block), block.mean(0)
            delta = centre - mean
            total = total + (block - centre).square().sum(0)
            total = total + delta**2 * (n * b / (n + b))
            mean, n = mean + delta * (b / (n + b)), n + b
        if part is x:
            merged = total / m
    torch.testing.assert_close(total / m, s2, rtol=1e-11, atol=0)

    total, squares = torch.zeros(200), torch.zeros(200)
    for row in x:
        total, squares = total + row, squares + row.square()
    plain = squares.double() / m - (total.double() / m) ** 2
    loop.append((plain / s2 - 1).abs().median())

    results = naive, merged, two_passes
    for values, result in zip(errors.values(), results, strict=True):
        values.append((result / s2 - 1).abs().median())

times = torch.stack(loop) / (u * ratios**2)
errors = {name: torch.stack(values) for name, values in errors.items()}
for (name, error), style in zip(
    errors.items(), ("C3o-", "C4s--", "C5^:"), strict=True
):
    plt.loglog(ratios, error, style, label=name)
factor = errors["naive"] / (u * ratios**2)
assert (factor > 1 / 4).all() and (factor < 4).all()
assert errors["merged"].max() < 1e-4 and errors["two passes"].max() < 1e-6
print("naive: u mean^2 / s^2 up to a factor of 4, from 1 to 1e4")
steep = errors["merged"][4:] / (u * ratios[4:])
assert (steep > 1 / 100).all() and (steep < 1 / 10).all()
print("merged, in blocks of 64: from 100 on u mean/s over 10 to 100")
print("two passes: below 1e-6")
assert (times > 10).all() and (times < 60).all()
print("naive, sums in a plain loop: 10 to 60 times u mean^2 / s^2,", end="")
print(f" {loop[4]:.0%} at 100")
plt.loglog(ratios, u * ratios**2, "k", lw=1, label="$u\\,\\mu^2/s^2$")
plt.xlabel("mean / standard deviation")
plt.ylabel("relative error of the variance")
plt.legend()
plt.show()
