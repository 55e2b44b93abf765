"""How wide must a product of 100 Gaussian matrices be?"""

from math import e, exp

from scipy.optimize import brentq

depth = 100
edge = (depth + 1) ** (depth + 1) / depth**depth
assert abs(edge / (e * (depth + 0.5)) - 1) < 1e-5
print(f"largest singular value, infinitely wide: {edge**0.5:.2f}")


def variance(n):
    """Variance of lambda at width n."""
    second = (n + 2) / 3 * (1 + 2 / n) ** depth
    second -= (n - 1) / 3 * (1 - 1 / n) ** depth
    return second - 1


n = 1
while variance(n) > 2 * depth:
    n += 1
c = depth / n
limit = (exp(2 * c) - exp(-c)) / (3 * c)
assert abs(limit - 2) < 0.05  # the width is finite, and an integer
wide = brentq(lambda c: (exp(2 * c) - exp(-c)) / (3 * c) - 2, 0.5, 2)
print(f"variance at most twice {depth} from width {n}, L / n = {c:.2f};")
print(f"in large networks up to L / n = {wide:.2f}")
