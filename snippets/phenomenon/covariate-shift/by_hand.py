"""What do weights do to a line through four points, and at what price?"""

import numpy as np

x = np.array([-1.0, 0.0, 0.0, 1.0])  # in training, each as often
y = x**2
w = np.array([1.0, 3.0, 3.0, 9.0])  # in use, so many times in 16


def line(weight):
    """Slope and intercept of weighted least squares, as on paper."""
    mean_x, mean_y = (
        np.average(x, weights=weight),
        np.average(y, weights=weight),
    )
    covariance = np.average(x * y, weights=weight) - mean_x * mean_y
    variance = np.average(x**2, weights=weight) - mean_x**2
    slope = covariance / variance
    return slope, mean_y - slope * mean_x


print("            at 0  slope     error   ESS")
for name, weight in (("no weights", np.ones(4)), ("weights", w)):
    slope, intercept = line(weight)
    error = np.average((y - intercept - slope * x) ** 2, weights=w)
    count = weight.sum() ** 2 / (weight**2).sum()
    print(f"{name:10}{intercept:6.3f} {slope:6.3f} {error:9.6f} {count:5.2f}")
