"""Do signals and gradients grow at the same rate?"""

import numpy as np
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
nodes, mass = np.polynomial.hermite_e.hermegauss(200)
mass = mass / mass.sum()  # weights of the expectation over Z
depth, width = 30, 500

print("tanh       a layer, from 10 to 30   z^2 of    |delta| of layer 1")
print("           z^2        delta^2       layer 30  over that of 30")
for gain in (1.0, 1.2, 1.5, 5 / 3, 2.0, 3.0):
    q, back = [gain**2], []  # the two recursions, layer by layer
    for _ in range(depth):
        back.append(
            gain**2 * mass @ (1 - np.tanh(q[-1] ** 0.5 * nodes) ** 2) ** 2
        )
        q.append(gain**2 * mass @ np.tanh(q[-1] ** 0.5 * nodes) ** 2)
        assert back[-1] > q[-1] / q[-2]  # the theorem

    h, z = torch.randn(100, width), []
    for _ in range(depth):
        weight = torch.randn(width, width) * gain / width**0.5
        z.append((h @ weight.T).requires_grad_())
        h = torch.tanh(z[-1])
    delta = torch.autograd.grad(z[-1], z, torch.randn(100, width))
    last = z[-1].square().mean()
    signal = (last / z[9].square().mean()) ** (1 / 20)
    gradient = (delta[9].norm() / delta[-1].norm()) ** (1 / 10)
    length = delta[0].norm() / delta[-1].norm()
    assert abs(signal / (q[29] / q[9]) ** (1 / 20) - 1) < 0.0015
    assert abs(gradient / np.prod(back[9:29]) ** (1 / 20) - 1) < 0.01
    assert abs(length / np.prod(back[:29]) ** 0.5 - 1) < 0.2
    print(
        f"gain {gain:4.2f}  {signal:.2f}       {gradient:.2f}",
        f"         {last:.2f}      x {length:.1f}",
        f"(theory {np.prod(back[:29]) ** 0.5:.1f})",
    )
