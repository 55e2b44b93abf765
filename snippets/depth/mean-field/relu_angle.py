"""Which angle do two inputs make after each ReLU layer at He's gain?"""

import math

theta = math.pi / 2  # two orthogonal inputs
print("layer  angle, degrees  540 / layer")
for layer in range(1, 101):
    c = (math.sin(theta) + (math.pi - theta) * math.cos(theta)) / math.pi
    theta = math.acos(c)
    if layer in (1, 2, 3, 10, 30, 100):
        print(f"{layer:5} {math.degrees(theta):15.1f} {540 / layer:12.1f}")
