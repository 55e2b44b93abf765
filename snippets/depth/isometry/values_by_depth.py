"""Which networks keep all their singular values near one?"""

import matplotlib.pyplot as plt
import numpy as np
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
nodes, mass = np.polynomial.hermite_e.hermegauss(100)
mass = mass / mass.sum()  # weights of the expectation over Z
n, depth, networks, q = 150, 50, 2, 0.01
marks = [1, 2, 5, 10, 20, 30, 40, 50]

# tanh on the edge of chaos: q is a fixed point and E lambda = 1
slope = 1 - np.tanh(q**0.5 * nodes) ** 2
gain = (mass @ slope**2) ** -0.5
bias_variance = q - gain**2 * mass @ np.tanh(q**0.5 * nodes) ** 2
spread = mass @ slope**4 / (mass @ slope**2) ** 2 - 1  # of one layer
assert bias_variance > 0
assert abs(spread / (8 * q**2) - 1) < 0.2


def run(activation, orthogonal):
    """Return lambda, sorted, by network and by depth."""
    squares = torch.zeros(networks, len(marks), n)
    for k in range(networks):
        h, jacobian = torch.randn(n), torch.eye(n)
        if activation == "tanh":
            h = torch.tanh(q**0.5 * h)
        for layer in range(1, depth + 1):
            scale = gain if activation == "tanh" else 2**0.5
            weight = torch.randn(n, n) / n**0.5
            if orthogonal:
                torch.nn.init.orthogonal_(weight)
            z = scale * weight @ h
            if activation == "tanh":
                z = z + bias_variance**0.5 * torch.randn(n)
                h = torch.tanh(z)
                d = 1 - h**2
            else:
                h, d = torch.relu(z), (z > 0).double()
            jacobian = d[:, None] * (scale * weight @ jacobian)
            if layer in marks:
                values = torch.linalg.svdvals(jacobian)
                squares[k, marks.index(layer)] = values**2
    return squares


cases = {
    "tanh, orthogonal": ("tanh", True, "C3", spread),
    "tanh, Gaussian": ("tanh", False, "C4", spread + 1),
    "ReLU, orthogonal": ("relu", True, "C5", 1),
}
print("variance of lambda / mean^2")
figure, panels = plt.subplots(3, 1, sharex=True, figsize=(4.8, 5.6))
for panel, (name, case) in zip(panels, cases.items(), strict=True):
    activation, orthogonal, colour, step = case
    squares = run(activation, orthogonal)
    values = squares.clamp(min=1e-12).sqrt().mean(0)
    for rank, style in ((0, "-"), (n // 4, "--"), (3 * n // 4, "-.")):
        panel.plot(marks, values[:, rank], colour + style)
    panel.axhline(1, color="k", lw=0.8)
    panel.set_yscale("log")
    panel.set_ylim(1e-3, 30)
    panel.text(0, 11, name)
    mean = squares.mean(2)
    variance = (squares.square().mean(2) / mean**2 - 1).mean(0)
    assert abs(variance[3] / (10 * step) - 1) < 0.3
    print(
        f"{name:16} L = 10: {variance[3]:.2g} (theory {10 * step:.2g}),",
        f"L = 50: {variance[-1]:.2g} ({50 * step:.2g})",
    )
panels[1].text(30, 10, "largest")
panels[1].text(25, 0.06, "upper quartile")
panels[1].text(9, 2e-3, "lower quartile")
panels[1].set_ylabel(r"singular value $\sqrt{\lambda}$")
panels[2].set_xlabel("layer")
plt.show()
