"""What does a batch-normalised unit depend on?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N, n = 500, 4
x = torch.randn(N, n) @ torch.randn(n, n) + torch.randn(n)  # correlated
mean = x.mean(0)
S = (x - mean).T @ (x - mean) / N  # covariance, biased
gamma, beta = 1.3, -0.2
bn = nn.BatchNorm1d(1, eps=1e-300)  # torch refuses eps=0
nn.init.constant_(bn.weight, gamma)
nn.init.constant_(bn.bias, beta)


def unit(w):
    return bn((x @ w)[:, None])[:, 0]


def S_norm(w):
    return (w @ S @ w).sqrt()


w = torch.randn(n)
exact = dict(atol=1e-12, rtol=0)
formula = gamma * (x - mean) @ (w / S_norm(w)) + beta
torch.testing.assert_close(unit(w), formula, **exact)
torch.testing.assert_close(unit(7 * w), unit(w), **exact)  # no length
flipped = 2 * beta - unit(w)  # a direction has a sign
torch.testing.assert_close(unit(-w), flipped, **exact)

# Weight normalisation uses the Euclidean length: another scale ...
weight_norm = gamma * (x - mean) @ (w / w.norm()) + beta
scaled = (unit(w) - beta) * S_norm(w) / w.norm() + beta
torch.testing.assert_close(weight_norm, scaled, **exact)
# ... unless the inputs are white.
values, vectors = torch.linalg.eigh(S)
root = vectors @ values.sqrt().diag() @ vectors.T  # S^(1/2)
white, u = (x - mean) @ torch.linalg.inv(root), root @ w
weight_norm = gamma * white @ (u / u.norm()) + beta
torch.testing.assert_close(unit(w), weight_norm, **exact)
print(f"standard deviation of the output: {unit(w).std(correction=0):.4f}")
print(f"||w|| = {w.norm():.3f}, ||w||_S = {S_norm(w):.3f}")
