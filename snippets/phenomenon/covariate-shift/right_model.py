"""What does weighting cost when the model is right?"""

import numpy as np

generator = np.random.default_rng(0)
mu = 1.0


def moments(mu):
    """E of (1, x, x^2)^T (1, x, x^2) for x ~ N(mu, 1)."""
    raw = [1, mu, mu**2 + 1, mu**3 + 3 * mu, mu**4 + 6 * mu**2 + 3]
    return np.array([raw[k : k + 3] for k in range(3)])


def sums(weight, x):
    raw = [(weight * x**k).sum(1) for k in range(5)]
    return np.stack([np.stack(raw[k : k + 3], 1) for k in range(3)], 1)


def excess(power, n, runs, mu=mu):
    """Mean excess test error, averaged over the noise exactly."""
    x = generator.standard_normal((runs, n))
    w = np.exp(power * (mu * x - mu**2 / 2))
    inverse = np.linalg.inv(sums(w, x))
    cov = inverse @ sums(w**2, x) @ inverse  # of the three coefficients
    return n * np.trace(cov @ moments(mu), axis1=1, axis2=2).mean()


plain = np.trace(np.linalg.inv(moments(0)) @ moments(mu))
weighted = np.trace(
    np.linalg.inv(moments(mu)) @ (np.exp(mu**2) * moments(2 * mu))
)
assert abs(plain - (3 + 3 * mu**2 + mu**4 / 2)) < 1e-9
assert abs(weighted - np.exp(mu**2) * plain) < 1e-9

print("excess test error x n / noise variance")
print("      n  unweighted  weighted  ratio")
for n, runs in ((200, 2000), (2000, 500), (20_000, 50)):
    a, b = excess(0, n, runs), excess(1, n, runs)
    print(f"{n:7d}  {a:10.1f}  {b:8.1f}  {b / a:5.1f}")
print(f"  limit  {plain:10.3f}  {weighted:8.3f}  {weighted / plain:.3f}")

# For a mild shift, finite samples do reach the limit.
limit = np.exp(0.25) * np.trace(np.linalg.inv(moments(0)) @ moments(0.5))
assert abs(excess(1, 20_000, 50, 0.5) / limit - 1) < 0.03
