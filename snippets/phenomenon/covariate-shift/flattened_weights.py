"""What does a power of the weights buy, and at what price?"""

import numpy as np

z, mass = np.polynomial.hermite_e.hermegauss(100)
mass = mass / mass.sum()
mu = 1.0

print("power      MSE  ESS/n")
for power in (0.0, 0.25, 0.5, 0.75, 1.0):
    w = mass * np.exp(mu * z - mu**2 / 2) ** power
    slope, intercept = np.polyfit(z, z**2, 1, w=np.sqrt(w))
    x_test = z + mu
    mse = mass @ (x_test**2 - intercept - slope * x_test) ** 2
    ess = w.sum() ** 2 / (w**2 / mass).sum()

    left = (1 - power) * mu  # the shift that the weights do not undo
    assert abs(mse - (2 + 4 * left**2 + left**4)) < 1e-9
    assert abs(ess - np.exp(-((power * mu) ** 2))) < 1e-9
    print(f"{power:5.2f}  {mse:7.4f}  {ess:.4f}")
