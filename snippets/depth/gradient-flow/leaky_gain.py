"""Which gain keeps the scale of a leaky-ReLU network?"""

from math import exp, inf, pi, sqrt

from scipy.integrate import quad
from torch.nn.init import calculate_gain


def half(f, start, stop):
    """E f(z), over start < z < stop; z has the variance q."""
    density = 1 / sqrt(2 * pi * q)
    return quad(lambda z: f(z) * density * exp(-z * z / 2 / q), start, stop)[0]


q = 3.0  # any
for a in (0.01, 0.2, 1.0):
    forward = half(lambda z, a=a: (a * z) ** 2, -inf, 0)
    forward += half(lambda z: z * z, 0, inf)
    backward = half(lambda z, a=a: a**2, -inf, 0) + half(lambda z: 1, 0, inf)
    gain = sqrt(2 / (1 + a**2))
    assert abs(gain**2 * forward / q - 1) < 1e-12
    assert abs(gain**2 * backward - 1) < 1e-12
    assert abs(gain - calculate_gain("leaky_relu", a)) < 1e-12
    print(f"slope {a:4}: gain {gain:.4f} keeps both, as torch has it")
