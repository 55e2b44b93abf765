"""Evaluation forward, training forward, backward: is it right?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
norm = nn.BatchNorm1d(3)
x = torch.randn(8, 3, requires_grad=True)
for middle in "nothing", "evaluation", "training":
    norm.reset_running_stats()  # mean 0, variance 1
    loss = (norm.eval()(x) ** 3).sum()
    if middle != "nothing":
        norm.train(middle == "training")(5 + 3 * torch.randn(8, 3))
    (g,) = torch.autograd.grad(loss, x)
    slope = (1 + norm.eps) ** -0.5
    right = 3 * (slope * x) ** 2 * slope
    ratio = (g / right)[0].tolist()
    print(f"{middle:10} between:", *(f"{r:.3f}" for r in ratio), end=" ")
    print("of the gradient")
new = torch.sqrt((1 + norm.eps) / (norm.running_var + norm.eps))
torch.testing.assert_close(g, right * new, rtol=1e-9, atol=1e-12)
print("the factor is that of the variance stored at the time of backward")
