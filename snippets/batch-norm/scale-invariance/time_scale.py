"""How fast does weight decay reach its equilibrium if |g~| is constant?"""

import math

lr, decay, on_sphere = 0.1, 0.001, 3.0
end = lr * on_sphere**2 / (decay * (2 - lr * decay))  # |w|^4
time_scale = 1 / (4 * lr * decay)
for start in (0.5 * end, 2 * end, 100 * end):
    square = start**0.5  # |w|^2
    for t in range(1, 4 * round(time_scale) + 1):
        square = (1 - lr * decay) ** 2 * square + (
            lr * on_sphere
        ) ** 2 / square
        theory = (start - end) * math.exp(-4 * lr * decay * t)
        assert abs(square**2 - end - theory) < 1e-3 * start
print(f"time scale {time_scale:.0f} steps; |w|^4 at the end {end:.0f}")
print("from 1/2, 2 and 100 times that: exponential, to 1e-3 of the start")
