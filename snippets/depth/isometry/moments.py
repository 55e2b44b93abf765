"""Which moments have the squared singular values of a product?"""

from math import comb, pi, sin, tan

import torch
from numpy.polynomial import Polynomial
from scipy.integrate import quad

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def fuss_catalan(depth, k):
    """Return the k-th moment, an integer."""
    return comb((depth + 1) * k, k) // (depth * k + 1)


def integrand(a, depth, k):
    """x^k times the density, along the curve x(a)."""
    up, low = sin((depth + 1) * a), sin(depth * a)
    x = up ** (depth + 1) / (sin(a) * low**depth)
    slope = (depth + 1) ** 2 / tan((depth + 1) * a)  # of log x
    slope -= depth**2 / tan(depth * a) + 1 / tan(a)
    return x**k * sin(a) * up / (pi * low) * abs(slope)


for depth in (1, 2, 5, 10):
    m = [fuss_catalan(depth, k) for k in range(6)]
    power = Polynomial(m) ** (depth + 1)  # M = 1 + z M^(L+1)
    assert m[1:] == list(power.coef[:5])
    for k in range(4):
        ends = 1e-9, pi / (depth + 1) - 1e-9
        moment = quad(integrand, *ends, args=(depth, k))[0]
        assert abs(moment / m[k] - 1) < 1e-6
    edge = (depth + 1) ** (depth + 1) / depth**depth
    growth = fuss_catalan(depth, 2000) / fuss_catalan(depth, 1999)
    assert abs(growth * (1 + 1.5 / 2000) / edge - 1) < 1e-5
    print(f"L = {depth:2}: m_1 to m_4 = {m[1:5]}, edge {edge:.3f}")

n, depth, draws = 20, 10, 4000
product = torch.eye(n).expand(draws, n, n)
t = r = 1.0
for _ in range(depth):
    product = torch.randn(draws, n, n) @ product / n**0.5
    t, r = (1 + 1 / n) * t + r, r + 2 / n**2 * t  # as in the proof
second = (product.mT @ product).square().sum((1, 2)) / n
exact = (n + 2) / 3 * (1 + 2 / n) ** depth
exact -= (n - 1) / 3 * (1 - 1 / n) ** depth
assert abs(exact / t - 1) < 1e-12
error = float(second.std()) / draws**0.5
assert abs(second.mean() - exact) < 4 * error < exact - (depth + 1)
print(f"n = {n}, L = {depth}: m_2 = {second.mean():.1f} +- {error:.1f},")
print(f"exactly {exact:.2f}; infinitely wide {depth + 1}")
