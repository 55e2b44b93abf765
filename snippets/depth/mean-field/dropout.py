"""What does dropout do to the edge of chaos?"""

import numpy as np

nodes, mass = np.polynomial.hermite_e.hermegauss(100)
mass = mass / mass.sum()
z1, z2, mass2 = nodes[:, None], nodes[None, :], np.outer(mass, mass)
var_w, var_b, draws = 1.760955, 0.05, 400_000
normal = np.random.default_rng(0).standard_normal((2, draws))


def both(q, c):
    """Return the correlation map and its slope, at length q."""
    h = np.tanh(q**0.5 * z1)
    k = np.tanh(q**0.5 * (c * z1 + np.sqrt(1 - c * c) * z2))
    slope = var_w * (mass2 * (1 - h**2) * (1 - k**2)).sum()
    return (var_w * (mass2 * h * k).sum() + var_b) / q, slope


print("                                               gradient,")
print("keep     q*     c*   slope at c*    xi_c   6 xi_c  a layer")
for keep in (1.0, 0.99, 0.95, 0.9, 0.8):
    q, c = 1.0, 0.5
    for _ in range(300):
        q = var_w / keep * mass @ np.tanh(q**0.5 * nodes) ** 2 + var_b
    for _ in range(300 if keep < 1 else 0):
        c = both(q, c)[0]
    c = c if keep < 1 else 1.0
    mapped, slope = both(q, c)
    down = var_w / keep * mass @ (1 - np.tanh(q**0.5 * nodes) ** 2) ** 2
    assert abs(mapped - c) < 1e-6  # a fixed point

    # A layer that is sampled, with two masks, keeps the length and c*.
    u, v = normal[0], c * normal[0] + np.sqrt(1 - c * c) * normal[1]
    rng = np.random.default_rng(1)
    h = np.tanh(q**0.5 * u) * (rng.random(draws) < keep) / keep
    k = np.tanh(q**0.5 * v) * (rng.random(draws) < keep) / keep
    for product, aim in ((h * h, q), (h * k, c * q)):
        error = 4 * var_w * product.std() / draws**0.5
        assert abs(var_w * product.mean() + var_b - aim) < error
    if keep == 1:
        assert abs(slope - 1) < 1e-6
        print(
            f"{keep:4.2f} {q:6.3f} {c:6.3f} {slope:13.4f}     infinite", end=""
        )
        print(f" {down:13.3f}")
        continue
    below, above = both(q, c - 1e-5)[0], both(q, c + 1e-5)[0]
    assert abs((above - below) / 2e-5 - slope) < 1e-6
    assert slope < 1
    assert both(q, 1.0)[0] < 1  # c = 1 is no fixed point any more
    xi = -1 / np.log(slope)
    print(
        f"{keep:4.2f} {q:6.3f} {c:6.3f} {slope:13.4f} {xi:7.1f} {6 * xi:7.0f}"
        f"{down:9.3f}"
    )
