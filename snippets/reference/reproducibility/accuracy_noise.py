"""How far can chance move an accuracy that 1,000 test images measure?"""

from math import comb

n = 1000  # test images

print("accuracy  sd of the accuracy (points)")
for p in (0.80, 0.93, 0.98):
    # The number k of correct answers is binomial: go through all its values.
    variance = 0.0
    for k in range(n + 1):
        prob = comb(n, k) * p**k * (1 - p) ** (n - k)
        variance += prob * (k / n - p) ** 2
    std = (p * (1 - p) / n) ** 0.5
    assert abs(variance**0.5 - std) < 1e-12
    print(f"{p:8.2f}  {100 * std:.2f}")

print("\ndisagree  sd of the difference of two networks (points)")
for d in (0.02, 0.05, 0.10):
    # Two networks, equally good, on the same images: m images on which only
    # one of them is right, and each is that one with probability 1/2.
    variance = 0.0
    for m in range(n + 1):
        prob = comb(n, m) * d**m * (1 - d) ** (n - m)
        variance += prob * m / n**2
    std = (d / n) ** 0.5
    assert abs(variance**0.5 - std) < 1e-12
    print(f"{d:8.2f}  {100 * std:.2f}")
