"""How do gradients grow, layer by layer?"""

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, N, B = 30, 512, 32


def normalise(z, over):
    """Mean 0 and variance 1 over an axis: examples (0) or units (1)."""
    z = z - z.mean(over, keepdim=True)
    return z / z.square().mean(over, keepdim=True).sqrt()


networks = {  # activation, axis of the means, rate, colour, line
    "BN, ReLU": (torch.relu, 0, 1.52195, "C1", "-"),
    "BN, tanh": (torch.tanh, 0, 1.20830, "C1", "--"),
    "BN, linear": (torch.clone, 0, 1.03448, "C1", ":"),
    "LN, ReLU": (torch.relu, 1, 1.0, "C2", "-"),
}
weights = [torch.randn(N, N) / N**0.5 for _ in range(depth)]
layers = torch.arange(2, depth + 1)
fig, ax = plt.subplots()
for name, (phi, over, rate, colour, line) in networks.items():
    h, z = torch.randn(B, N), []
    h.requires_grad_()
    for weight in weights:
        z.append(h @ weight)
        h = phi(normalise(z[-1], over))
    delta = torch.autograd.grad(h, z, torch.randn(B, N))
    norm = torch.stack([d.norm() for d in delta[1:]])
    log = (norm / norm[-1]).log10()
    theory = torch.tensor(rate).log10() * (depth - layers) / 2
    assert (log - theory).abs().max() < 0.12
    ax.plot(layers, theory, color="k", lw=0.8, ls="-")
    ax.plot(layers, log, color=colour, ls=line, lw=2)
    ax.text(3, theory[0] + (-0.25 if over else 0.12), name, color=colour)
    print(f"{name:10}  second layer over last: {norm[0] / norm[-1]:7.1e}")
    print(f"            wide-layer theory:      {10 ** theory[0]:7.1e}")
ax.set_ylim(-0.4, 3)
ax.set_xlabel("layer")
ax.set_ylabel(r"$\log_{10}$ of the gradient's norm")
plt.show()
