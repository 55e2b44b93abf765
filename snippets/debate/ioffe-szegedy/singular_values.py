"""Does normalising each unit make the singular values of a layer 1?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
white = torch.randn(5000, 2)
lower = torch.linalg.cholesky(torch.cov(white.T, correction=0))
white = torch.linalg.solve(lower, white.T).T  # covariance exactly 1
for rho in (0.0, 0.6, 0.99):
    weight = torch.tensor([[1.0, 0.0], [rho, (1 - rho**2) ** 0.5]])
    weight = weight * torch.tensor([[3.0], [0.2]])  # BN removes the scale
    z = white @ weight.T
    J = weight / z.std(dim=0, correction=0)[:, None]  # Jacobian of BN(Wx)
    exact = torch.tensor([1 + rho, 1 - rho]).sqrt()
    torch.testing.assert_close(torch.linalg.svdvals(J), exact)
    print(f"correlation {rho:<5}singular values", *exact.numpy().round(3))
norm = torch.linalg.matrix_norm(0.1 * torch.randn(100, 100), ord=2)
print(f"100 x 100, sd 0.1: largest {norm:.1f}, times 1/4: {norm / 4:.1f}")
