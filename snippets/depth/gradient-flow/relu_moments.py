"""Which moment of a ReLU is one half: its variance or its square?"""

from math import exp, inf, pi, sqrt

from scipy.integrate import quad


def gaussian_mean(f, q):
    """E f(z), z normal of variance q, for f that is zero below zero."""
    density = 1 / sqrt(2 * pi * q)
    return quad(lambda z: f(z) * density * exp(-z * z / (2 * q)), 0, inf)[0]


for q in (0.25, 4.0, 1.0):  # the last is printed
    mean = gaussian_mean(lambda z: z, q)
    square = gaussian_mean(lambda z: z * z, q)
    slope = gaussian_mean(lambda z: 1.0, q)  # phi' is 1 or 0
    assert abs(square / q - 1 / 2) < 1e-12
    assert abs(slope - 1 / 2) < 1e-12
    assert abs(mean / sqrt(q) - 1 / sqrt(2 * pi)) < 1e-12
    assert abs((square - mean**2) / q - (pi - 1) / (2 * pi)) < 1e-12
print(f"E phi(Z)^2  = {square:.6f}   the forward recursion needs this")
print(f"Var phi(Z)  = {square - mean**2:.6f}   not this")
print(f"E phi'(Z)^2 = {slope:.6f}   the backward recursion needs this")
