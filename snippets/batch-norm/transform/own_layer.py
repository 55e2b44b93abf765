"""Is this whole layer equal to torch's, in training and in evaluation?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


class BatchNorm(nn.Module):
    def __init__(self, units, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(units))
        self.bias = nn.Parameter(torch.zeros(units))
        self.register_buffer("running_mean", torch.zeros(units))
        self.register_buffer("running_var", torch.ones(units))

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            var, mean = torch.var_mean(x, 0, correction=0)
            with torch.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(x.var(0), self.momentum)
        x_hat = (x - mean) / torch.sqrt(var + self.eps)
        return self.weight * x_hat + self.bias


ours, theirs = BatchNorm(3), nn.BatchNorm1d(3)
for layer in ours, theirs:
    layer.weight.data = torch.tensor([2.0, -3.0, 0.5])
    layer.bias.data = torch.tensor([1.0, 0.0, -1.0])
for _ in range(5):
    x = torch.randn(8, 3) * torch.tensor([1.0, 0.01, 9.0]) + 4
    torch.testing.assert_close(ours(x), theirs(x), rtol=0, atol=1e-10)
ours.eval(), theirs.eval()
torch.testing.assert_close(ours(x), theirs(x), rtol=0, atol=1e-10)
print("equal in training on five batches, and in evaluation")
