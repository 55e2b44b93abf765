"""Which power of the weights is best for a sample of 100 points?"""

import numpy as np

generator = np.random.default_rng(0)
mu, c, n, runs = 2.0, 0.1, 100, 4000
node, mass = np.polynomial.hermite_e.hermegauss(60)
mass = mass / mass.sum()
x = generator.standard_normal((runs, n))
y = c * x**2 + generator.standard_normal((runs, n))


def moments(m):
    """E of (1, u)^T (1, u) for u ~ N(m, 1)."""
    return np.array([[1, m], [m, 1 + m**2]])


print("power  excess  first order: bias    noise  all terms")
for power in (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0):
    w = np.exp(power * mu * x)
    total = w.sum(1)
    mean_x, mean_y = (w * x).sum(1) / total, (w * y).sum(1) / total
    d = x - mean_x[:, None]
    b = (w * d * y).sum(1) / (w * d * d).sum(1)
    at_mu = mean_y + b * (mu - mean_x)
    excess = (2 * mu * c - b) ** 2 + (c * (1 + mu**2) - at_mu) ** 2

    done, left = power * mu, (1 - power) * mu
    bias = c**2 * (4 * left**2 + left**4)
    trace = 1 + 2 * done * left + (1 + done**2) * (1 + left**2)
    assert abs(trace - np.trace(moments(done) @ moments(left))) < 1e-12
    tilted = mass @ np.exp(2 * done * node) / (mass @ np.exp(done * node)) ** 2
    assert abs(tilted / np.exp(done**2) - 1) < 1e-9  # E w^2 / (E w)^2
    noise = np.exp(done**2) * trace / n

    u = node + done  # x - power mu under w^(2 power) p_train
    bend, phi = c * (u**2 - 1), np.stack([np.ones_like(u), u])
    second = (mass * bend**2 * phi) @ phi.T
    mean = -(phi * (1 + u**2)) @ (mass * bend)
    offset = c * np.array([left**2, -2 * left])  # of the line, in (1, u)
    more = np.trace(second @ moments(left)) + 2 * offset @ moments(left) @ mean
    every = bias + noise + np.exp(done**2) * more / n
    print(f"{power:5.1f}  {excess.mean():6.3f}  {bias:17.3f}", end="")
    print(f"  {noise:7.3f}  {every:9.3f}")
    if power == 0:
        assert abs(more - c**2 * (12 + 14 * mu**2)) < 1e-9
closed = 2 + mu**2 + c**2 * (12 + 38 * mu**2 + 14 * mu**4 + mu**6)
assert abs(every / (np.exp(mu**2) * closed / n) - 1) < 1e-9  # at power 1
