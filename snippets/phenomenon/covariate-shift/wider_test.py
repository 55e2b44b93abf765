"""When is the variance of the weights finite, if only the spread shifts?"""

import numpy as np

x = np.linspace(-80, 80, 400_001)
step = x[1] - x[0]
log_train = -(x**2) / 2 - np.log(2 * np.pi) / 2

print("test variance   E w^2  formula")
for var in (0.5, 1.0, 1.5, 1.9):
    log_test = -(x**2) / (2 * var) - np.log(2 * np.pi * var) / 2
    second = np.exp(2 * log_test - log_train).sum() * step
    formula = 1 / np.sqrt(var * (2 - var))
    assert abs(second - formula) < 1e-9
    print(f"{var:13.1f}  {second:6.4f}  {formula:7.4f}")

log_test = -(x**2) / 4 - np.log(4 * np.pi) / 2  # variance 2
integrand = np.exp(2 * log_test - log_train)
for limit in (10, 20, 40):
    second = integrand[np.abs(x) < limit].sum() * step
    print(f"variance 2, over |x| < {limit}: {second:.2f}")
