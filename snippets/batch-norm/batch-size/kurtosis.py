"""How noisy is the batch variance if the unit is not Gaussian?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, batches = 16, 100_000
uniform = torch.rand(batches, B)
signs = torch.rand(batches, B).round() * 2 - 1
laplace = -torch.log(1 - torch.rand(batches, B)) * signs
for name, x, sigma2, excess in (
    ("uniform", uniform, 1 / 12, -1.2),
    ("Laplace", laplace, 2.0, 3.0),
):
    exact = (2 / (B - 1) + excess / B) ** 0.5
    measured = x.var(1).std().item() / sigma2
    assert abs(measured / exact - 1) < 0.03
    print(f"{name}: {exact:.3f}, against {(2 / (B - 1)) ** 0.5:.3f}")
