"""Which pairs make half of the mean slope at a batch of two?"""

from math import erf, exp, pi, sqrt

from scipy.integrate import quad
from scipy.optimize import brentq

sigma = 1.5


def part(delta, eps):
    """Mean slope from the pairs that are closer than delta."""

    def integrand(d):  # slope times density, d a normal of variance 2 sigma^2
        slope = eps / 2 / (d**2 / 4 + eps) ** 1.5
        return slope * exp(-((d / sigma) ** 2) / 4) / sqrt(pi) / sigma

    cuts = [c * sqrt(eps) for c in (1, 10, 100, 1000)]
    cuts = [0, *[c for c in cuts if c < delta], delta]
    pairs = zip(cuts[:-1], cuts[1:], strict=True)
    return sum(quad(integrand, a, b, epsabs=0)[0] for a, b in pairs)


def excess(delta, eps):  # over one half of the mean
    return part(delta, eps) - part(15 * sigma, eps) / 2


print("eps      |Delta| for half   / 2 sqrt(eps/3)   share of pairs   / limit")
for eps in (1e-1, 1e-3, 1e-5, 1e-7):
    delta = brentq(excess, 1e-9, 5, eps, xtol=1e-13)
    share = erf(delta / sigma / 2)
    ratio = delta / (2 * sqrt(eps / 3))
    limit = 2 / sigma / sqrt(pi) * sqrt(eps / 3)
    print(f"{eps:.0e} {delta:14.5f} {ratio:18.4f} ", end="")
    print(f"{100 * share:14.4f} % {share / limit:10.4f}")
assert abs(ratio - 1) < 2e-3 and abs(share / limit - 1) < 2e-3
