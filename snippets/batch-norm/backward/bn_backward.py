"""What is the backward pass of batch normalisation, for any shape?"""

import torch
from torch import nn

torch.manual_seed(0)


def bn_backward(x, gamma, dy, eps=1e-5):
    """Return the gradients at x, gamma and beta; channels are dimension 1."""
    pool = [0, *range(2, x.dim())]
    shape = [1, -1] + [1] * (x.dim() - 2)
    var, mean = torch.var_mean(x, pool, correction=0, keepdim=True)
    r = torch.sqrt(var + eps)
    x_hat = (x - mean) / r
    dbeta, dgamma = dy.sum(pool), (dy * x_hat).sum(pool)
    m = x.numel() / x.shape[1]  # values that are pooled
    lost = (dbeta.view(shape) + x_hat * dgamma.view(shape)) / m
    return gamma.view(shape) / r * (dy - lost), dgamma, dbeta


for kind, size in (nn.BatchNorm1d, (32, 5)), (nn.BatchNorm2d, (8, 5, 6, 7)):
    norm = kind(5).double()
    nn.init.normal_(norm.weight)
    x, dy = torch.randn(2, *size, dtype=torch.float64)
    x.requires_grad_()
    inputs = x, norm.weight, norm.bias
    exact = torch.autograd.grad(norm(x), inputs, dy)
    own = bn_backward(x.detach(), norm.weight.detach(), dy)
    torch.testing.assert_close(own, exact, rtol=1e-12, atol=1e-12)
    total = own[0].transpose(0, 1).flatten(1).sum(1).abs().max()
    print(
        f"{kind.__name__}: as torch's; a channel's sum is 0:",
        total.item() < 1e-12,
    )
