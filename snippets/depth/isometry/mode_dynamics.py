"""How fast does a deep linear network learn one mode?"""

from math import log

import torch
from scipy.integrate import quad

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
n, lr, steps = 6, 0.01, 300
target = torch.tensor([2.0, 1.5, 1.0, 0.7, 0.4, 0.2])  # mode strengths

for depth in (2, 5, 20):
    # R_0 and R_L are the singular bases of the target, the rest is free.
    bases = [torch.empty(n, n) for _ in range(depth + 1)]
    bases = [torch.nn.init.orthogonal_(basis) for basis in bases]
    A = bases[-1] @ torch.diag(target) @ bases[0].T
    start = 0.3 ** (1 / depth)
    weights = [
        (start * bases[k + 1] @ bases[k].T).requires_grad_()
        for k in range(depth)
    ]
    optimizer = torch.optim.SGD(weights, lr / depth)
    scalar = torch.full((n,), start)
    for _ in range(steps):
        product = torch.eye(n)
        for weight in weights:
            product = weight @ product
        loss = 0.5 * (A - product).square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        error = target - scalar**depth
        scalar = scalar + lr / depth * error * scalar ** (depth - 1)
    product = torch.eye(n)
    for weight in weights:
        product = weight.detach() @ product
    modes = bases[-1].T @ product @ bases[0]
    torch.testing.assert_close(
        modes, torch.diag(scalar**depth), rtol=0, atol=1e-10
    )
print("matrices = six scalars, each on its own, to 1e-10")

u_0, u_1 = 0.3, 0.9  # time of one mode of strength s from u_0 to u_1
print("depth:  steps times lr, and the integral")
for s in (1.0, 2.0):
    print(f"a mode of strength {s}")
    for depth in (2, 4, 16, 64, 256):
        a, count, p = u_0 ** (1 / depth), 0, 2 - 2 / depth
        while a**depth < u_1:
            a += 1e-4 / depth * (s - a**depth) * a ** (depth - 1)
            count += 1
        time = quad(lambda u, s=s, p=p: u**-p / (s - u), u_0, u_1)[0]
        assert abs(count * 1e-4 / time - 1) < 1e-3
        print(f"{depth:5}:  {count * 1e-4:.3f}  {time:.3f}")
    limit = log(u_1 * (s - u_0) / u_0 / (s - u_1)) / s**2
    limit += 1 / (s * u_0) - 1 / (s * u_1)
    assert time < limit < 1.01 * time
    print(f"  inf:         {limit:.3f}")
