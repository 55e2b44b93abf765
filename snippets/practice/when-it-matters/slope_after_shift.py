"""How much slope is left when the pre-activations of a unit shift?"""

import numpy as np
from scipy.integrate import quad
from scipy.special import expit, ndtr

slopes = {
    "sigmoid": lambda z: expit(z) * expit(-z),
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "ReLU": lambda z: float(z > 0),
}


def mean_slope(slope, m):
    """E phi'(Z + m), a Gaussian integral over 40 standard deviations."""

    def integrand(z):
        return slope(z) * np.exp(-((z - m) ** 2) / 2) / np.sqrt(2 * np.pi)

    return quad(integrand, m - 20, m + 20, points=[0], limit=200)[0]


print("share of the mean slope at m = 0 that is left")
print("m            -5      -2       2       5")
shifts = (-5, -2, 2, 5)
for name, slope in slopes.items():
    share = [mean_slope(slope, m) / mean_slope(slope, 0) for m in shifts]
    print(f"{name:8}", "".join(f"{value:8.2g}" for value in share))
# The last row has a closed form: P(Z < m), over 1 / 2.
assert abs(mean_slope(slope, 0) - 1 / 2) < 1e-12
assert all(
    abs(value - 2 * ndtr(m)) < 1e-12
    for m, value in zip(shifts, share, strict=True)
)
