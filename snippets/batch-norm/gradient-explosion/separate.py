"""What becomes of two inputs that are nearly the same?"""

import torch
from torch.nn.functional import cosine_similarity, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N, B, draws, depths = 256, 128, 3, (5, 10, 20, 30)


def bn(z):
    return layer_norm(z.T, (B,), eps=0.0).T


def ln(z):
    return layer_norm(z, (N,), eps=0.0)


def twins(norm, skip):
    """Their distance (any two inputs: 1), and the cosine of gradients."""
    x, rows = torch.randn(B, N), []
    x[1] = x[0] + 0.01 * torch.randn(N)
    z = x.requires_grad_()
    for layer in range(1, 31):
        branch = norm(z).relu() @ torch.randn(N, N) * (2 / N) ** 0.5
        z = z + branch if skip else branch
        if layer in depths:
            apart = (z[0] - z[1]).norm()
            usual = (z[2::2] - z[3::2]).square().sum(1).mean().sqrt()
            readout, slopes = torch.randn(N), []
            for k in 0, 1:
                (g,) = torch.autograd.grad(
                    z[k] @ readout, x, retain_graph=True
                )
                slopes.append(g[k])
            cosine = cosine_similarity(*slopes, dim=0)
            rows.append(torch.stack([apart / usual, cosine]))
    return torch.stack(rows).detach()


print("after        " + "".join(f"{k:7}" for k in depths) + "  layers")
for name, norm, skip in ("BN", bn, 0), ("LN", ln, 0), ("BN, skips", bn, 1):
    distance, cosine = (
        torch.stack([twins(norm, skip) for _ in range(draws)]).mean(0).T
    )
    if name == "BN":  # the distance grows like the norm of the gradient
        assert abs(distance[1] / distance[0] / 1.466942**2.5 - 1) < 0.1
    print(f"{name:9} apart" + "".join(f"{v:7.2f}" for v in distance))
    print("         cosine" + "".join(f"{v:7.2f}" for v in cosine))
