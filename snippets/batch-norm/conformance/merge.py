"""Are merged statistics exact, in fractions, for parts of any size?"""

import random
from fractions import Fraction

random.seed(0)


def statistics(values):
    """Number, mean and sum of squared deviations of a part."""
    n, mean = len(values), Fraction(sum(values), len(values))
    return n, mean, sum((x - mean) ** 2 for x in values)


def merge(a, b):
    (n_a, mean_a, M_a), (n_b, mean_b, M_b) = a, b
    n, delta = n_a + n_b, mean_b - mean_a
    M = M_a + M_b + delta**2 * Fraction(n_a * n_b, n)
    return n, mean_a + delta * Fraction(n_b, n), M


for _ in range(200):
    sizes = random.randint(1, 9), random.randint(1, 9)
    a, b = ([random.randint(-99, 99) for _ in range(n)] for n in sizes)
    assert merge(statistics(a), statistics(b)) == statistics(a + b)
welford = statistics(a[:1])
for x in a[1:] + b:  # one value after the other
    welford = merge(welford, (1, x, 0))
assert welford == statistics(a + b)
n, mean, M = welford
print(f"200 pairs of parts, and Welford: exact; the last has n = {n},")
print(f"mean {mean}, M {M}")
