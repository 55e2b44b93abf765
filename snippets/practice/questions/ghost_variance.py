"""Batch norm as the last layer: which loss can training not avoid?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
gamma = 3.0
for B in 4, 16, 64:
    x = torch.randn(20000, B)
    var, mean = torch.var_mean(x, 1, correction=0, keepdim=True)
    loss = (gamma * ((x - mean) / var.sqrt() - x)).square().mean().item()
    print(f"B = {B:2}: the right gamma and beta lose {loss:.3f};", end=" ")
    print(f"gamma^2 * 3 / 2B = {gamma**2 * 3 / (2 * B):.3f}")
