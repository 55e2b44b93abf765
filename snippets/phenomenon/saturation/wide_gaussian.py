"""What is the mean slope when the pre-activations are centred but wide?"""

import numpy as np

x = np.linspace(-500, 500, 200_001)
step = x[1] - x[0]
slopes = {
    "sigmoid": (1 / (4 * np.cosh(x / 2) ** 2), 1),
    "tanh": (1 / np.cosh(np.clip(x, -300, 300)) ** 2, 2),
}
print("sigma  sigmoid   limit     tanh   limit")
for sigma in (1, 4, 16, 64):
    density = np.exp(-((x / sigma) ** 2) / 2) / (sigma * np.sqrt(2 * np.pi))
    print(f"{sigma:5d}", end="")
    for slope, rise in slopes.values():
        mean = (slope * density).sum() * step
        limit = rise / (sigma * np.sqrt(2 * np.pi))
        assert mean < limit
        print(f"  {mean:.5f} {limit:.5f}", end="")
    print()
assert abs(mean / limit - 1) < 1e-3
