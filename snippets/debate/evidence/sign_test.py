"""Which difference can chance make, if two networks err alike?"""

from math import comb


def chance(a, b):
    """Probability of a split at least as uneven, if both are as good."""
    m = a + b
    tail = sum(comb(m, k) for k in range(min(a, b) + 1)) / 2**m
    return min(1.0, 2 * tail)


assert chance(1, 1) == 1 and chance(0, 5) == 2 / 2**5
print("only A right   only B right   points   probability")
for a, b in ((30, 40), (25, 45), (60, 80), (5, 15)):
    print(f"{a:12}{b:15}{(b - a) / 10:9.1f}{chance(a, b):14.3f}")
