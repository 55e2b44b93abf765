"""What is left if only the mean, or only the variance, is detached?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
m, eps = 8, 0.0
x, one = 1 + torch.randn(m), torch.ones(m)


def normalise(x, keep_mean, keep_var):
    mean = x.mean() if keep_mean else x.mean().detach()
    var = (x - mean).square().mean()
    return (x - mean) / torch.sqrt((var if keep_var else var.detach()) + eps)


r = torch.sqrt(x.var(unbiased=False) + eps)
x_hat = normalise(x, True, True)
print("mean      variance  rank  null space")
words = {True: "in graph", False: "detached"}
for keep_mean in True, False:
    for keep_var in True, False:
        jac = torch.autograd.functional.jacobian(
            lambda x, a=keep_mean, b=keep_var: normalise(x, a, b), x
        )
        exact = torch.eye(m)
        if keep_mean:
            exact = exact - torch.outer(one, one) / m
        if keep_var:
            exact = exact - torch.outer(x_hat, x_hat) / m
        torch.testing.assert_close(r * jac, exact, rtol=0, atol=1e-12)
        rank = torch.linalg.matrix_rank(jac, rtol=1e-10, hermitian=True)
        assert rank == m - keep_mean - keep_var
        null = ["shift"] * keep_mean + ["scale"] * keep_var or ["nothing"]
        print(f"{words[keep_mean]}  {words[keep_var]}{rank:6}", end="  ")
        print(" and ".join(null))
