"""Can a loss with batch normalisation have one constant K everywhere?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, target = torch.randn(50, 3), torch.randn(50)


def loss_of(w, eps):
    z = x @ w
    x_hat = (z - z.mean()) / (z.var(correction=0) + eps).sqrt()
    return ((x_hat - target) ** 2).mean()


def curvature(w, eps):
    return torch.autograd.functional.hessian(lambda w: loss_of(w, eps), w)


w, eps = torch.randn(3), 1e-5
hessian, centred = curvature(w, 0), x - x.mean(0)
print("length of w     largest curvature")
print("times           eps = 0     eps = 1e-5")
for a in (10.0, 1.0, 0.1, 0.01, 0.001, 0.0001):
    scaled, bounded = curvature(a * w, 0), curvature(a * w, eps)
    torch.testing.assert_close(scaled, hessian / a**2, rtol=1e-9, atol=0)
    columns = [torch.linalg.eigvalsh(m).abs().max() for m in (scaled, bounded)]
    print(f"{a:<15g} {columns[0]:<11.3g} {columns[1]:.3g}")
limit = curvature(0 * w, eps)  # the second derivative at zero
by_hand = 2 / eps * centred.T @ centred / 50
torch.testing.assert_close(limit, by_hand, rtol=1e-9, atol=0)
print(f"{0:<15} {'none':<11} {torch.linalg.eigvalsh(limit).max():.3g}")
