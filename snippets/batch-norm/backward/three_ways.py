"""Do the graph, the projection, autograd and torch's kernel agree?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
eps = 1e-5


def by_graph(x, g, gamma):  # x, g: one column of m values for each channel
    m = len(x)
    mean, var = x.mean(0), x.var(0, unbiased=False)
    r = torch.sqrt(var + eps)
    dx_hat = gamma * g
    dvar = (dx_hat * (x - mean)).sum(0) * -0.5 / r**3
    dmean = -dx_hat.sum(0) / r  # the path through the variance adds zero
    through_var = dvar * (-2 * (x - mean) / m).sum(0)
    assert through_var.abs().max() < 1e-15
    return dx_hat / r + dvar * 2 * (x - mean) / m + dmean / m


def by_projection(x, g, gamma):
    r = torch.sqrt(x.var(0, unbiased=False) + eps)
    x_hat = (x - x.mean(0)) / r
    return gamma / r * (g - g.mean(0) - x_hat * (g * x_hat).mean(0))


def own(x, gamma, beta, pool):
    mean = x.mean(pool, keepdim=True)
    r = torch.sqrt((x - mean).square().mean(pool, keepdim=True) + eps)
    shape = [1, -1] + [1] * (x.dim() - 2)
    return gamma.view(shape) * (x - mean) / r + beta.view(shape)


for shape in (32, 5), (8, 5, 6, 7):
    pool = [0, *range(2, len(shape))]
    x = 3 + 2 * torch.randn(shape)
    g, gamma, beta = torch.randn(shape), torch.randn(5), torch.randn(5)
    inputs = [t.requires_grad_() for t in (x, gamma, beta)]
    auto = torch.autograd.grad(own(*inputs, pool), inputs, g)
    y = batch_norm(x, None, None, gamma, beta, training=True, eps=eps)
    native = torch.autograd.grad(y, inputs, g)
    with torch.no_grad():
        column, dy = (t.transpose(0, 1).reshape(5, -1).T for t in (x, g))
        r = torch.sqrt(column.var(0, unbiased=False) + eps)
        x_hat = (column - column.mean(0)) / r
        dgamma, dbeta = (dy * x_hat).sum(0), dy.sum(0)
        ways = by_graph(column, dy, gamma), by_projection(column, dy, gamma)
    for dx, *rest in auto, native:
        dx = dx.transpose(0, 1).reshape(5, -1).T
        for way in ways:
            torch.testing.assert_close(dx, way, rtol=0, atol=1e-14)
        for got, exact in zip(rest, (dgamma, dbeta), strict=True):
            torch.testing.assert_close(got, exact, rtol=1e-13, atol=1e-13)
    print(f"shape {shape}: m = {len(column)}, four ways agree to 1e-14")
