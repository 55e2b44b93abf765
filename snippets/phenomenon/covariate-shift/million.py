"""Does a sample of a million points show that only a hundred count?"""

import numpy as np

n, d = 1_000_000, round(100 * np.log(1e4))
norm = d**0.5 / 10  # of the shift: a tenth in each coordinate
assert abs(n * np.exp(-(norm**2)) - 100) < 1
print(f"d = {d}: n exp(-|mu|^2) = {n * np.exp(-(norm**2)):.0f}")

# the weight depends on x through mu . x / |mu| only, a standard normal
rng = np.random.default_rng(0)
ess, largest = [], []
for _ in range(40):
    w = np.exp(norm * rng.standard_normal(n) - norm**2 / 2)
    ess.append(w.sum() ** 2 / (w**2).sum())
    largest.append(w.max() / w.sum())
print(f"ESS of the sample: {min(ess):.0f} to {max(ess):.0f} in 40 draws,")
print(f"median {np.median(ess):.0f}; above 100 in {sum(np.array(ess) > 100)}")
print(f"largest weight: {min(largest):.0%} to {max(largest):.0%} of the sum")
