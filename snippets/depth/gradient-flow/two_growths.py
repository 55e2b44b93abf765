"""Do signals and gradients grow at the same rate?"""

import numpy as np
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
nodes, mass = np.polynomial.hermite_e.hermegauss(200)
mass = mass / mass.sum()  # weights of the expectation over Z
depth, width = 30, 500

print("tanh       theory: z^2, delta^2  measured: z^2, delta^2", end="")
print("  |delta|, 30 layers")
for gain in (1.2, 1.5, 5 / 3, 2.0, 3.0):
    q = 1.0
    for _ in range(500):  # iterate the forward recursion to its fixed point
        q = gain**2 * mass @ np.tanh(q**0.5 * nodes) ** 2
    slope = 1 - np.tanh(q**0.5 * nodes) ** 2
    back = gain**2 * mass @ slope**2
    assert back > 1  # the theorem: gradients grow where signals stand still

    h, z = torch.randn(100, width), []
    for _ in range(depth):
        weight = torch.randn(width, width) * gain / width**0.5
        z.append((h @ weight.T).requires_grad_())
        h = torch.tanh(z[-1])
    delta = torch.autograd.grad(z[-1], z, torch.randn(100, width))
    signal = z[-1].square().mean() / z[9].square().mean()
    gradient = delta[9].square().mean() / delta[-1].square().mean()
    assert abs(signal ** (1 / 20) - 1) < 0.01
    assert abs(gradient ** (1 / 20) / back - 1) < 0.01
    print(
        f"gain {gain:4.2f}       {1:.2f}     {back:.2f}",
        f"           {signal ** (1 / 20):.2f}    {gradient ** (1 / 20):.2f}",
        f"              x {back**15:.0f}",
    )
