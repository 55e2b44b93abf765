"""Which changes of a batch can its normalised values see?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
m = 8


def jacobian_of(x, eps):
    def normalise(x):
        centred = x - x.mean()
        return centred / torch.sqrt(centred.square().mean() + eps)

    return torch.autograd.functional.jacobian(normalise, x), normalise(x)


one = torch.ones(m)
print("batch       eps    rank   r x eigenvalues: along 1, x_hat, the rest")
for name, x in ("random", 1 + torch.randn(m)), ("constant", 3 * one):
    for eps in 0.0, 1e-5, 1.0:
        if name == "constant" and eps == 0:
            continue  # 0 / 0
        jac, x_hat = jacobian_of(x, eps)
        var = x.var(unbiased=False)
        r = torch.sqrt(var + eps)
        x.requires_grad_()
        potential = m * torch.sqrt(x.var(unbiased=False) + eps)
        (slope,) = torch.autograd.grad(potential, x)
        torch.testing.assert_close(slope, x_hat, rtol=1e-9, atol=1e-9)
        x = x.detach()
        outer = torch.outer(one, one) + torch.outer(x_hat, x_hat)
        exact = (torch.eye(m) - outer / m) / r
        torch.testing.assert_close(jac, exact, rtol=1e-12, atol=1e-12 / r)
        torch.testing.assert_close(jac, jac.T, rtol=1e-12, atol=1e-12 / r)
        rest = [1.0] * (m - 2)  # the eigenvalues, times r
        along = (eps / (var + eps)).item()
        expected = torch.tensor(sorted([0.0, along, *rest])).sort().values
        found = torch.linalg.eigvalsh(r * jac)
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)
        rank = torch.linalg.matrix_rank(r * jac, rtol=1e-10, hermitian=True)
        print(f"{name:10}{eps:6.0e} {rank:6}{0:22}{along:10.6f}{1:6}")
        g = torch.randn(m)
        dx = jac @ g  # the gradient that the batch receives from g
        torch.testing.assert_close(
            x_hat @ dx, eps / r**3 * (x_hat @ g), rtol=1e-9, atol=1e-12
        )
        assert abs(dx.sum()) < 1e-12 / r

x, eps = torch.tensor([0.3, 0.7]), 1e-3  # the batch of two
jac, _ = jacobian_of(x, eps)
r = torch.sqrt((x[0] - x[1]) ** 2 / 4 + eps)
exact = eps / (2 * r**3) * torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
torch.testing.assert_close(jac, exact, rtol=1e-11, atol=1e-12)
assert jacobian_of(x, 0.0)[0].abs().max() < 1e-12
print("batch of two: zero at eps = 0, eps / 2r^3 and its negative otherwise")
