"""After how many factors is a product of mean slopes below 1e-6?"""

import math

import numpy as np

node, mass = np.polynomial.hermite_e.hermegauss(200)
mass = mass / mass.sum()
for name, slope in (
    ("sigmoid", 1 / (2 + np.exp(node) + np.exp(-node))),
    ("tanh", 1 / np.cosh(node) ** 2),
):
    mean = mass @ slope
    depth = math.ceil(math.log(1e-6) / math.log(mean))
    assert mean**depth < 1e-6 < mean ** (depth - 1)
    print(f"{name:7s}  mean slope {mean:.6f}  {depth} factors", end="  ")
    print(f"{mean ** (depth - 1):.1e} -> {mean**depth:.1e}")
