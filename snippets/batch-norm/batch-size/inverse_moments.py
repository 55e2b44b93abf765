"""How large is 1 / s, the gain of batch normalisation, on average?"""

import math

import matplotlib.pyplot as plt
import torch
from scipy.integrate import quad
from scipy.stats import chi2

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
sizes = [2, 3, 4, 8, 32]
print("  B    E[s^2]  sd of s^2   E[1/s]  E[1/s^2]   (sigma = 1)")
for B in sizes:
    k = B - 1  # B s^2 has the chi^2 distribution with k degrees of freedom
    mean, sd = k / B, (2 * k) ** 0.5 / B
    half, one = math.inf, math.inf
    if B > 2:
        half = (B / 2) ** 0.5 * math.gamma(k / 2 - 0.5) / math.gamma(k / 2)

        def integrand(r, B=B, k=k):  # B s^2 = r^2, its density times 1/s
            return B**0.5 / r * chi2.pdf(r * r, k) * 2 * r

        assert abs(quad(integrand, 0, 40, limit=200)[0] / half - 1) < 1e-6
    if B > 3:
        one = B / (B - 3)

        def integrand(r, B=B, k=k):
            return B / r**2 * chi2.pdf(r * r, k) * 2 * r

        assert abs(quad(integrand, 0, 40, limit=200)[0] / one - 1) < 1e-6
    s2 = torch.randn(100_000, B).var(1, correction=0)
    assert abs(s2.mean() / mean - 1) < 0.02
    assert abs(s2.std() / sd - 1) < 0.03
    print(f"{B:3} {mean:9.3f} {sd:10.3f} {half:8.3f} {one:9.3f}")

t = torch.logspace(0, 3, 61)
fig, ax = plt.subplots()
for B, style in zip((2, 3, 4, 8), ("C1o", "C3s", "C4^", "C5v"), strict=True):
    gain = torch.randn(50_000, B).var(1, correction=0).rsqrt()
    above = torch.tensor([(gain > x).double().mean() for x in t[::6]])
    exact = torch.from_numpy(chi2.cdf(B / t[::6] ** 2, B - 1))
    assert (above - exact).abs().max() < 0.01
    slope = math.log(chi2.cdf(B / 1e6, B - 1) / chi2.cdf(B / 4e6, B - 1), 2)
    assert abs(slope - (B - 1)) < 1e-4  # from t = 1000 to 2000
    keep = above > 2e-4  # ten batches or more
    ax.loglog(t, chi2.cdf(B / t**2, B - 1), "k-", lw=1)
    ax.loglog(t[::6][keep], above[keep], style, label=f"B = {B}")
ax.set(xlabel=r"$t$", ylabel=r"share of batches with $\sigma / s > t$")
ax.set_ylim(1e-6, 1.5)
ax.legend()
plt.show()
