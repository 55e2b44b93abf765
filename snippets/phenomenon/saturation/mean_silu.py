"""What is the mean of SiLU under a shifted Gaussian?"""

import numpy as np

node, mass = np.polynomial.hermite_e.hermegauss(200)
mass = mass / mass.sum()
print("mu  sigma  E silu(X)  mu E sigmoid(X) + sigma^2 E sigmoid'(X)")
for mu, sigma in ((0.0, 1.0), (-1.0, 1.0), (5.0, 1.0), (1.0, 0.5)):
    x = mu + sigma * node
    h = 1 / (1 + np.exp(-x))
    left = mass @ (x * h)
    right = mu * (mass @ h) + sigma**2 * (mass @ (h * (1 - h)))
    assert abs(left - right) < 1e-12
    print(f"{mu:2.0f}  {sigma:5.1f}  {left:9.6f}  {right:9.6f}")
