"""How fast do networks approach the mean field as they get wider?"""

import numpy as np

nodes, mass = np.polynomial.hermite_e.hermegauss(100)
mass = mass / mass.sum()
z1, z2, mass2 = nodes[:, None], nodes[None, :], np.outer(mass, mass)
var_w, var_b, depth, seeds = 1.76, 0.05, 20, 8

q, p = var_w + var_b, var_b  # two orthogonal inputs with h^2 = 1
expected = []
for _ in range(depth):
    c = p / q
    expected.append((q, c))
    h = np.tanh(q**0.5 * z1)
    k = np.tanh(q**0.5 * (c * z1 + np.sqrt(1 - c * c) * z2))
    p = var_w * (mass2 * h * k).sum() + var_b
    q = var_w * mass @ h[:, 0] ** 2 + var_b

print(f"rms deviation over {depth} layers and {seeds} networks, at the edge")
print("width     of q_l / q   times sqrt(n)      of c_l   times sqrt(n)")
widths, scaled = (50, 100, 200, 400, 800), []
for width in widths:
    errors = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        h = np.linalg.qr(rng.standard_normal((width, 2)))[0].T * width**0.5
        for q, c in expected:
            weight = rng.standard_normal((width, width))
            bias = rng.standard_normal(width) * var_b**0.5
            z = (var_w / width) ** 0.5 * h @ weight.T + bias
            gram, h = z @ z.T / width, np.tanh(z)
            cosine = gram[0, 1] / np.sqrt(gram[0, 0] * gram[1, 1])
            errors.append((gram[0, 0] / q - 1, cosine - c))
    rms = np.sqrt(np.square(errors).mean(0))
    scaled.append(rms * width**0.5)
    print(f"{width:5} {rms[0]:13.2f} {scaled[-1][0]:15.1f}", end="")
    print(f"{rms[1]:12.2f} {scaled[-1][1]:15.1f}")
# A power law fitted to the scaled column: theory says that its power is 0.
power = np.polyfit(np.log(widths), np.log(scaled), 1)[0]
assert (abs(power) < (0.08, 0.15)).all()  # 1/3 in place of 1/2: 0.17
