"""Where is the edge of chaos of a network of error functions?"""

import numpy as np
from scipy.optimize import brentq
from scipy.special import erf

nodes, mass = np.polynomial.hermite_e.hermegauss(200)
mass = mass / mass.sum()
for q in (0.1, 0.5, 2.0):
    h, slope = erf(q**0.5 * nodes), 2 / np.pi**0.5 * np.exp(-q * nodes**2)
    square = 2 / np.pi * np.arcsin(2 * q / (1 + 2 * q))
    assert abs(mass @ h**2 - square) < 1e-12
    assert abs(mass @ slope**2 - 4 / np.pi / (1 + 4 * q) ** 0.5) < 1e-12


def gain(q):
    """sigma_w^2 at the point of the edge with length q."""
    return np.pi / 4 * (1 + 4 * q) ** 0.5


def excess(q, var_b):
    """sigma_b^2 at the point of the edge with length q, less var_b."""
    arcsin = np.arcsin(2 * q / (1 + 2 * q))
    return q - (1 + 4 * q) ** 0.5 / 2 * arcsin - var_b


print("sigma_b^2       q*  sigma_w^2 at the edge")
for var_b in (0, 0.05, 0.5):
    q = 0.0 if var_b == 0 else brentq(excess, 0.01, 9, (var_b,))
    h, slope = erf(q**0.5 * nodes), 2 / np.pi**0.5 * np.exp(-q * nodes**2)
    assert abs(gain(q) * mass @ slope**2 - 1) < 1e-9  # chi_1 = 1
    assert abs(gain(q) * mass @ h**2 + var_b - q) < 1e-9  # V(q) = q
    print(f"{var_b:9.2f} {q:8.4f} {gain(q):10.6f}")
