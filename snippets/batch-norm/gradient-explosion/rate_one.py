"""Which variants of a ReLU network have a rate of one, and at what price?"""

import torch
from torch.nn.functional import layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, skipped, N, B = 24, 4, 256, 64


def bn(z):
    return layer_norm(z.T, (B,), eps=0.0).T


def ln(z):
    return layer_norm(z, (N,), eps=0.0)


def plain(norm):
    return lambda z, W: torch.relu(norm(z)) @ W * 2**0.5


def skip(z, W):
    return z + plain(bn)(z, W)


def mirrored(z, W):  # the weights of relu(-x) are minus those of relu(x)
    x = bn(z)
    return torch.cat([torch.relu(x), torch.relu(-x)], 1) @ torch.cat([W, -W])


def measured(layer):
    """Growth of the squared gradient; mean cosine of two examples, twice."""
    z = [torch.randn(1, N) + torch.randn(B, N)]  # cosines near one half
    for _ in range(depth):
        z.append(layer(z[-1].requires_grad_(), torch.randn(N, N) / N**0.5))
    ends, out = [z[skipped], z[-1]], torch.randn(B, N)
    low, high = torch.autograd.grad(ends[1], ends, out)
    growth = 2 * (low.norm() / high.norm()).log() / (depth - skipped)
    units = [end / end.norm(dim=1, keepdim=True) for end in ends]
    cosines = [((u @ u.T).sum() - B) / B / (B - 1) for u in units]
    return torch.stack([growth.exp(), *cosines])


def linear(z, W):
    return bn(z) @ W


variants = {"BN": plain(bn), "LN": plain(ln)}
variants |= {"BN, skip": skip, "BN, mirrored": mirrored}
rows = {}
print("              growth of the squared    cosine of two examples")
print("              gradient in a layer      after 4 and 24 layers")
for name, layer in variants.items():
    rows[name] = torch.stack([measured(layer) for _ in range(10)]).mean(0)
    growth, early, late = rows[name].tolist()
    print(f"{name:12} {growth:14.2f} {early:23.2f} {late:8.2f}")
for name, rate in ("BN", 1.49306), ("LN", 1):  # of any_activation.py
    assert abs(rows[name][0] / rate - 1) < 0.03
z, W = torch.randn(B, N), torch.randn(N, N)
torch.testing.assert_close(mirrored(z, W), linear(z, W), rtol=0, atol=1e-10)
print("mirrored is linear, to 1e-10")
