"""How well can normal inputs be told apart, and what share is then left?"""

import numpy as np
from scipy.special import ndtr

z, mass = np.polynomial.hermite_e.hermegauss(100)
mass = mass / mass.sum()

print("shift   AUC  share")
for mu in (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0):
    auc = ndtr(mu / np.sqrt(2))
    # of an input from use, at mu + z, the share of training inputs below it
    assert abs(mass @ ndtr(mu + z) - auc) < 1e-9
    print(f"{mu:5.2f}  {auc:.2f}  {np.exp(-(mu**2)):5.2f}")
