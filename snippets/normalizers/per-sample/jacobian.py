"""What does a gradient lose on its way through layer normalisation?"""

import torch
from torch.autograd import functional
from torch.nn.functional import group_norm, layer_norm, rms_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
d, one = 12, torch.ones(12)
gamma, x = torch.rand(d) + 0.5, 2 + 3 * torch.randn(d)


def same(a, b):
    torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-12)


def jacobian(norm, x, eps, gamma=None):
    shape = (len(x),)
    return functional.jacobian(lambda u: norm(u, shape, gamma, eps=eps), x)


print("layer  eps  rank  loses 1    left of x_hat")
for eps in (0.0, 1.0):
    for norm in (layer_norm, rms_norm):
        Q = torch.eye(d)
        if norm is layer_norm:
            Q = Q - torch.outer(one, one) / d
        r = ((Q @ x).square().mean() + eps).sqrt()
        x_hat = Q @ x / r
        exact = (Q - torch.outer(x_hat, x_hat) / d) / r
        J = jacobian(norm, x, eps)
        same(J, exact)
        same(jacobian(norm, x, eps, gamma), gamma[:, None] * exact)
        same(r * J @ x_hat, eps / r**2 * x_hat)
        left = (r * J @ x_hat).norm() / x_hat.norm()
        rank = torch.linalg.matrix_rank(J, rtol=1e-10).item()
        same(torch.linalg.svdvals(J)[:-2], (1 / r).expand(d - 2))
        loses = "yes" if (J @ one).abs().max() < 1e-12 else "no"
        name = "LN" if norm is layer_norm else "RMS"
        print(f"{name:6} {eps:3.0f}  {rank:4}  {loses:7} {left:15.3f}")

# Two groups of six: each is a layer normalisation of its own.
J = functional.jacobian(lambda u: group_norm(u[None], 2, eps=1.0)[0], x)
blocks = [jacobian(layer_norm, half, 1.0) for half in x.split(6)]
same(J, torch.block_diag(*blocks))

print("largest singular value, times |x| / sqrt(d)")
print("mean / deviation of x    LN    RMS")
for mean in (0, 10, 100):
    u = layer_norm(x, (d,), eps=0.0).add(mean)  # deviation 1
    J, J_rms = (jacobian(norm, u, 0.0) for norm in (layer_norm, rms_norm))
    scale = u.norm() / d**0.5
    top, top_rms = (torch.linalg.matrix_norm(A, 2) * scale for A in (J, J_rms))
    same(top**2, torch.tensor(1.0 + mean**2))
    same(top_rms, torch.tensor(1.0))
    print(f"{mean:21} {top:8.1f} {top_rms:5.1f}")
