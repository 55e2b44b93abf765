"""Below which mean does GELU pass a gradient back with the wrong sign?"""

from math import erfc, exp, pi, sqrt


def mean_slope(mu, sigma):
    tau = sqrt(1 + sigma**2)
    m = mu / tau
    bell = exp(-(m**2) / 2) / sqrt(2 * pi)
    return erfc(-m / sqrt(2)) / 2 + m / tau**2 * bell


print("sigma   zero of the mean slope  -sigma^2 - 1/2")
for sigma in (0.0, 1.0, 2.0, 4.0, 8.0, 16.0):
    low, high = -3 - 2 * sigma**2, 0.0
    assert mean_slope(low, sigma) < 0 < mean_slope(high, sigma)
    for _ in range(80):  # bisection
        middle = (low + high) / 2
        if mean_slope(middle, sigma) < 0:
            low = middle
        else:
            high = middle
    print(f"{sigma:5.1f}  {low:23.4f}  {-(sigma**2) - 0.5:14.1f}")
assert abs(low + sigma**2 + 0.5) < 1 / sigma**2
