"""What changes if eps stands outside the root?"""

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
eps = 1e-5
unit = torch.randn(256)
unit = unit / unit.std(correction=0)  # its mean is not 0


def normalise(x, outside, eps=eps):
    var, mean = torch.var_mean(x, correction=0)
    if outside:
        return (x - mean) / (torch.sqrt(var) + eps)
    return (x - mean) / torch.sqrt(var + eps)


zero = torch.zeros((), requires_grad=True)
for s in 1.0, 0.1, 0.01, 0.001:
    inside, outside = (
        normalise(s * unit, where).square().mean().sqrt().item()
        for where in (False, True)
    )
    assert abs(inside - (1 + eps / s**2) ** -0.5) < 1e-9
    assert abs(outside - 1 / (1 + eps / s)) < 1e-9
    for where, first in (False, -1 / (2 * s**2)), (True, -1 / s):
        rms = normalise(s * unit, where, zero).square().mean().sqrt()
        (slope,) = torch.autograd.grad(rms, zero)  # the first term
        assert abs(slope / first - 1) < 1e-9
    print(f"s = {s:5}: inside {inside:.6f}, outside {outside:.6f}")

x = torch.full((8,), 2.0)  # a constant unit
x[0] += 1e-12
for name, outside in ("inside", False), ("outside", True):
    gain = (normalise(x, outside)[0] - normalise(x, outside)[1]) / 1e-12
    largest = 1 / eps if outside else eps**-0.5
    assert abs(gain / largest - 1) < 1e-3
    print(f"gain at s = 0, {name:7}: {gain.item():.0e}")
constant = torch.full((8,), 2.0, requires_grad=True)
grads = [
    torch.autograd.grad(normalise(constant, outside)[0], constant)[0]
    for outside in (False, True)
]
assert grads[0].isfinite().all()
assert grads[1].isnan().all()
print("gradient of a constant unit: inside finite, outside nan")

s = torch.logspace(-6, 0, 61)
fig, ax = plt.subplots()
by_root = s / torch.sqrt(s**2 + eps)
ax.semilogx(s, by_root, "C1", label=r"$(s^2 + \varepsilon)^{1/2}$")
ax.semilogx(s, s / (s + eps), "C3--", label=r"$s + \varepsilon$")
ax.semilogx(s, s / (s + eps**0.5), "C4:", label=r"$s + \varepsilon^{1/2}$")
ax.set(xlabel="$s$ of the unit", ylabel="standard deviation put out")
ax.legend(title=r"$\varepsilon = 10^{-5}$, divided by")
plt.show()
