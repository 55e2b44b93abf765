"""What is a typical slope of batch normalisation at a batch of two?"""

import itertools
import math
from statistics import NormalDist

import matplotlib.pyplot as plt
import torch
from scipy.integrate import quad
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
eps, pairs = 1e-5, 200_000  # Gaussian units with sigma = 1
x = torch.randn(2, pairs, requires_grad=True)
y = batch_norm(x, None, None, training=True, eps=eps)
slope = torch.autograd.grad(y[0].sum(), x)[0][0]
density = NormalDist(0, math.sqrt(2)).pdf  # of the difference


def exact_slope(delta):
    return eps / 2 / (delta**2 / 4 + eps) ** 1.5


def mean(power):  # by quadrature, the peak at a tie split off
    def integrand(delta):
        return 2 * exact_slope(delta) ** power * density(delta)

    cuts = [0, 0.01, 0.1, 1, 12]
    return sum(
        quad(integrand, a, b, epsabs=0)[0] for a, b in itertools.pairwise(cuts)
    )


limit_1, limit_2 = torch.pi**-0.5, 3 * torch.pi**0.5 / 32 / eps**0.5
assert abs(mean(1) / limit_1 - 1) < 0.01
assert abs(mean(2) / limit_2 - 1) < 0.01
print(f"median slope         {slope.median():.5f}")
print(
    f"mean slope           {limit_1:.2f} in the limit, exactly {mean(1):.2f}"
)
print(f"root of mean square  {limit_2**0.5:.1f}, exactly {mean(2) ** 0.5:.1f}")
print(f"largest possible     {0.5 / eps**0.5:.0f}")
close = 2 * (eps / 3) ** 0.5
share = 2 * quad(density, 0, close)[0]
part = 2 * quad(lambda d: exact_slope(d) * density(d), 0, close)[0]
assert abs(part / mean(1) - 0.5) < 0.005
print(f"half of the mean comes from {100 * share:.1f} % of the pairs")

t = torch.logspace(-5, 2.19, 100)
near = torch.sqrt(torch.clamp((eps / 2 / t) ** (2 / 3) - eps, min=0))
exact = torch.erf(near)
above = torch.tensor([(slope > value).double().mean() for value in t[::9]])
torch.testing.assert_close(above, exact[::9], rtol=0.02, atol=5e-4)
fig, ax = plt.subplots()
ax.loglog(t, exact, "k-", label="exact")
ax.loglog(t[::9], above, "C1o", label="200,000 pairs")
ax.set(xlabel="$t$", ylabel="share of pairs with a slope above $t$")
ax.legend()
plt.show()
