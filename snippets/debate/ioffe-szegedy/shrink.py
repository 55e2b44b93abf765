"""How fast does the signal fade in the plain network of Figure 1?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
h = (torch.rand(2000, 784) < 0.13).double()  # binary images, 13 % ink
before = None
for layer, n_in in enumerate((784, 100, 100, 100), start=1):
    z = h @ (0.1 * torch.randn(100, n_in)).T
    spread = z.std(dim=0).square().mean().sqrt()
    note = f", {before / spread:.1f} times less" if before else ""
    print(f"layer {layer}: standard deviation {spread:.3f}{note}")
    h, before = torch.sigmoid(z), spread
norm = torch.linalg.matrix_norm(0.1 * torch.randn(100, 100), ord=2)
print(f"largest singular value of W: {norm:.1f}, times 1/4: {norm / 4:.1f}")
