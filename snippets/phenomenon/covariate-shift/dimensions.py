"""What do many small shifts, one in each coordinate, leave of a sample?"""

import numpy as np

node, mass = np.polynomial.hermite_e.hermegauss(30)
mass = mass / mass.sum()
mu = np.array([0.3, -0.5, 0.8])
grid = np.stack(np.meshgrid(node, node, node, indexing="ij"), axis=-1)
p = mass[:, None, None] * mass[:, None] * mass
w = np.exp(grid @ mu - mu @ mu / 2)
assert abs((p * w).sum() - 1) < 1e-12
assert abs((p * w**2).sum() - np.exp(mu @ mu)) < 1e-12
print(f"exact, mu = (0.3, -0.5, 0.8): ESS/n = {1 / (p * w**2).sum():.4f}")

generator = np.random.default_rng(0)
n, runs = 10_000, 5
print(f"{n} points, shift of half a standard deviation in each coordinate")
print("   d  n exp(-d/4)  ESS of the sample    largest weight / sum")
for d in (1, 4, 16, 36, 64):
    ess, share = [], []
    for _ in range(runs):
        x = generator.standard_normal((n, d))
        w = np.exp(0.5 * x.sum(1))  # up to a factor, which cancels
        ess.append(w.sum() ** 2 / (w**2).sum())
        share.append(w.max() / w.sum())
    print(f"{d:4d}  {n * np.exp(-d / 4):11.3g}", end="")
    print(f"  {np.mean(ess):7.1f} ({min(ess):.1f} to {max(ess):.1f})", end="")
    print(f"  {np.mean(share):.4f}")
