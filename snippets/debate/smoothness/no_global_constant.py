"""Can a loss with batch normalisation have one constant K everywhere?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, target = torch.randn(50, 3), torch.randn(50)


def loss_of(w):
    z = x @ w
    x_hat = (z - z.mean()) / z.std(correction=0)
    return ((x_hat - target) ** 2).mean()


w = torch.randn(3)
hessian = torch.autograd.functional.hessian(loss_of, w)
for a in (10.0, 1.0, 0.1, 0.01):
    scaled = torch.autograd.functional.hessian(loss_of, a * w)
    torch.testing.assert_close(scaled, hessian / a**2, rtol=1e-9, atol=0)
    largest = torch.linalg.eigvalsh(scaled).abs().max()
    print(f"length of w times {a:<5}: curvature {largest:.3g}")
