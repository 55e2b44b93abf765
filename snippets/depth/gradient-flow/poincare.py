"""Do gradients grow at least as fast as signals, for every activation?"""

import numpy as np
from numpy.polynomial import hermite_e

# z is the standard normal variable; two halves, as ReLU has a kink at zero
z, mass = np.polynomial.legendre.leggauss(400)
z = np.concatenate([6 * z - 6, 6 * z + 6])
mass = 6 * np.concatenate([mass, mass])
mass = mass * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
he = hermite_e.hermevander(z, 3) / np.sqrt([1, 1, 2, 6])  # He_k / sqrt(k!)
assert np.allclose(mass * he.T @ he, np.eye(4), rtol=0, atol=1e-12)
k, step = np.arange(4), 1e-5

activations = {
    "affine": (lambda u: 3 * u + 1, lambda u: 3 + 0 * u),
    "tanh": (np.tanh, lambda u: 1 - np.tanh(u) ** 2),
    "ReLU": (lambda u: np.maximum(u, 0), lambda u: (u > 0) * 1.0),
    "sine": (np.sin, np.cos),
    "cube": (lambda u: u**3, lambda u: 3 * u**2),
}
print("q E phi'^2 / Var phi   q = 0.25       1       4")
for name, (phi, slope) in activations.items():
    difference = (phi(z + step) - phi(z - step)) / (2 * step)
    assert np.allclose(difference, slope(z), rtol=0, atol=1e-6)
    ratios = []
    for q in (0.25, 1.0, 4.0):
        value = phi(q**0.5 * z)
        variance = mass @ (value - mass @ value) ** 2
        left = q * (mass @ slope(q**0.5 * z) ** 2)
        ratios.append(left / variance)
        if name in ("affine", "cube"):  # few Hermite coefficients: all of it
            a = (mass * value) @ he
            assert abs(k @ a**2 / left - 1) < 1e-9
            assert abs(sum(a[1:] ** 2) / variance - 1) < 1e-9
    if name == "affine":
        assert max(abs(ratio - 1) for ratio in ratios) < 1e-12
    else:
        assert min(ratios) > 1.001
    print(f"{name:8}" + " " * 15 + "".join(f"{r:8.3f}" for r in ratios))
