"""Is the rate the mean degree of the activation?"""

from math import inf, sqrt

import numpy as np
from scipy.special import (
    eval_gegenbauer,
    ndtr,
    roots_hermitenorm,
    roots_jacobi,
)

degrees = np.arange(61)


def weights_by_degree(phi, B):
    """Share of the variance that each Gegenbauer polynomial carries."""
    order = (B - 3) / 2
    t, w = roots_jacobi(200, order - 0.5, order - 0.5)
    basis = eval_gegenbauer(degrees[:, None], order, t)
    norm = (basis**2 * w).sum(1)
    coefficient = basis @ (w * phi(sqrt(B - 1) * t)) / np.sqrt(norm)
    c = -1 / (B - 1)
    overlap = eval_gegenbauer(degrees, order, c)
    share = coefficient**2 * (1 - overlap / eval_gegenbauer(degrees, order, 1))
    return share / share.sum()


def hermite_weights(phi):
    """The same for a large batch: squares of the Hermite coefficients."""
    z, w = roots_hermitenorm(200)
    basis = [np.ones_like(z), z]
    for k in range(1, 60):  # normalised
        basis += [(z * basis[k] - sqrt(k) * basis[k - 1]) / sqrt(k + 1)]
    share = (np.array(basis) @ (w * phi(z))) ** 2
    share[0] = 0
    return share / share.sum()


# from any_activation.py and, last, rates.py: five decimals
direct = {
    "tanh": (np.tanh, {8: 1.35855, 128: 1.18485, inf: 1.17781}),
    "gelu": (lambda x: x * ndtr(x), {8: 1.62230, 128: 1.33100, inf: 1.31884}),
    "sin": (np.sin, {8: 1.40172, 128: 1.31489, inf: 1.31304}),
}
print("           B  share of degrees 1, 2, 3, 4, 5+       rate")
for name, (phi, known) in direct.items():
    for B in known:
        if B == inf:
            share = hermite_weights(phi)
            rate = (share * degrees).sum()
        else:
            share = weights_by_degree(phi, B)
            rate = (share * degrees * (degrees + B - 3)).sum() / (B - 3)
        assert share[0] == 0
        assert abs(rate - known[B]) < 1e-5
        parts = [*share[1:5], share[5:].sum()]
        print(
            f"{name:8}{B:4}  ",
            " ".join(f"{max(p, 0):6.3f}" for p in parts),
            f"{rate:9.5f}",
        )
