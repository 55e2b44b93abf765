"""Which changes of weights and data does each normaliser not notice?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N, D, C = 6, 5, 8  # examples, inputs, units


def standardise(z, dims):  # eps = 0: these laws are exact without it
    mean = z.mean(dims, keepdim=True)
    return (z - mean) / z.std(dims, keepdim=True, unbiased=False)


methods = {  # z has the shape (N, C, positions)
    "BN": lambda z: standardise(z, [0, 2]),
    "LN": lambda z: standardise(z, [1, 2]),
    "GN": lambda z: standardise(z.view(N, 2, -1), [2]).view_as(z),
    "IN": lambda z: standardise(z, [2]),
    "RMS": lambda z: z / z.square().mean([1, 2], keepdim=True).sqrt(),
}
scale, shift = torch.rand(N, 1, 1) + 0.5, torch.randn(N, 1, 1)
unit, vector = torch.ones(C, 1), torch.randn(D)
unit[2] = 3.0
changes = {
    "weight matrix scaled": lambda w, x: (3 * w) @ x,
    "one weight vector scaled": lambda w, x: (unit * w) @ x,
    "one vector added to all": lambda w, x: (w + vector) @ x,
    "data set scaled": lambda w, x: w @ (3 * x),
    "data set shifted": lambda w, x: w @ (x + vector[:, None]),
    "each example scaled": lambda w, x: w @ (scale * x),
    "units of an example shifted": lambda w, x: w @ x + shift,
}
print(f"{'unchanged?':28}", *[f"{name:4}" for name in methods])
for change, changed in changes.items():
    row = []
    for name, method in methods.items():
        positions = 7 if name == "IN" else 1  # IN needs several
        weight, x = torch.randn(C, D), torch.randn(N, D, positions)
        gap = (method(changed(weight, x)) - method(weight @ x)).abs().max()
        assert gap < 1e-10 or gap > 0.1
        row.append("yes" if gap < 1e-10 else "no")
    print(f"{change:28}", *[f"{cell:4}" for cell in row])

z = torch.randn(N, C, 1)
for name in "LN", "GN", "RMS":  # a negative factor flips the sign
    y = methods[name](z)
    torch.testing.assert_close(methods[name](-2 * z), -y, rtol=0, atol=1e-12)
each = torch.tensor([[2.0], [5.0]]).repeat_interleave(C // 2, 0)
for changed in each * z, z + each:  # a scale, or a shift, for each group
    gap = [methods[n](changed) - methods[n](z) for n in ("GN", "LN")]
    assert gap[0].abs().max() < 1e-10
    assert gap[1].abs().max() > 0.1
