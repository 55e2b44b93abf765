"""At which shift does weighting stop paying for a sample of 100 points?"""

import numpy as np

generator = np.random.default_rng(0)
n, runs, bend = 100, 2000, 0.1  # y = bend x^2 + noise of variance 1
z, mass = np.polynomial.hermite_e.hermegauss(60)
mass = mass / mass.sum()


def sample(runs, n, c=bend):
    x = generator.standard_normal((runs, n))
    return x, c * x**2 + generator.standard_normal((runs, n))


def excess(weight, x, y, mu, c=bend):
    """Excess test error of the weighted lines, one for each sample."""
    total = weight.sum(1)
    mean_x, mean_y = (weight * x).sum(1) / total, (weight * y).sum(1) / total
    d = x - mean_x[:, None]
    b = (weight * d * y).sum(1) / (weight * d * d).sum(1)
    a = mean_y - b * mean_x
    return (2 * mu * c - b) ** 2 + (c * (1 + mu**2) - a - b * mu) ** 2


def first_order(mu, n, c=bend):
    """Excess test error without weights, and with them."""
    q, u = c * (z**2 - 1), z + mu  # u: the law of x - mu under w^2 p_train
    plain = (1 + q**2) * (1 + 2 * mu * z + (1 + mu**2) * z**2)
    plain += 2 * c * mu**2 * q * (1 + z**2)  # variance, 2 bias x mean
    weighted = (1 + c**2 * (u**2 - 1) ** 2) * (1 + u**2)
    closed = np.array([14 * mu**2, 38 * mu**2 + 14 * mu**4 + mu**6])
    closed = 2 + mu**2 + c**2 * (12 + closed)
    integrals = mass @ plain, mass @ weighted
    np.testing.assert_allclose(integrals, closed, rtol=1e-9)
    plain, weighted = closed * [1, np.exp(mu**2)] / n
    return c**2 * (4 * mu**2 + mu**4) + plain, weighted


def check(found, theory):
    assert abs(found.mean() - theory) < 4 * found.std() / len(found) ** 0.5


x, y = sample(runs, 2000, 1)  # a strong bend, so that its terms count
check(excess(np.exp(0.5 * x), x, y, 0.5, 1), first_order(0.5, 2000, 1)[1])

shifts = np.arange(0.25, 2.76, 0.25)
print("mean excess error (standard error), first order, and ESS / n")
print("  mu  unweighted              weighted                sample  limit")
for mu in shifts:
    x, y = sample(runs, n)
    w = np.exp(mu * x)  # times a constant, which cancels
    ess = (w.sum(1) ** 2 / (w**2).sum(1)).mean() / n
    pair = [excess(weight, x, y, mu) for weight in (np.ones_like(x), w)]
    theory = first_order(mu, n)
    print(f"{mu:4.2f}", end="")
    for p, t in zip(pair, theory, strict=True):
        se = p.std() / runs**0.5
        print(f"  {p.mean():.3f} ({se:.3f})  {t:7.3f}", end="")
    print(f"  {ess:6.3f}  {np.exp(-(mu**2)):5.3f}")
better = (pair[1] < pair[0]).mean()
print(f"at the last shift, weights win in {better:.0%} of samples")

found = []
for _ in range(5):  # no weights: the second-order mean is 4 in 29, over n
    x, y = sample(40_000, n, 1)
    found.append(excess(np.ones_like(x), x, y, 1, 1))
check(np.concatenate(found), first_order(1, n, 1)[0])
