"""What does covariate shift cost a straight line fitted to y = x squared?"""

import numpy as np
import torch

torch.set_default_dtype(torch.float64)

node, mass = np.polynomial.hermite_e.hermegauss(100)  # for E over N(0, 1)
z, mass = torch.tensor(node), torch.tensor(mass / mass.sum())


def fit(x, y, weight):
    """Weighted least squares: intercept and slope."""
    phi = torch.stack([torch.ones_like(x), x], dim=1)
    gram = phi.T @ (weight[:, None] * phi)
    return torch.linalg.solve(gram, phi.T @ (weight * y))


def mse(coef, x, y):
    return (mass * (y - coef[0] - coef[1] * x) ** 2).sum()


x_train, y_train = z, z**2
print(" mu  MSE unweighted  MSE weighted    Var w    ESS/n")
for mu in (0.0, 0.5, 1.0, 1.5, 2.0):
    x_test = z + mu
    ratio = torch.exp(mu * x_train)  # enough for the ESS
    w = ratio / np.exp(mu**2 / 2)  # test density / train density

    unweighted = fit(x_train, y_train, mass)
    weighted = fit(x_train, y_train, mass * w)
    mse_unweighted = mse(unweighted, x_test, x_test**2)
    mse_weighted = mse(weighted, x_test, x_test**2)
    var_w = (mass * (w - 1) ** 2).sum()  # the mean of w is 1
    ess = (mass * ratio).sum() ** 2 / (mass * ratio**2).sum()

    got = torch.stack([*unweighted, *weighted])
    want = torch.tensor([1.0, 0.0, 1 - mu**2, 2 * mu])
    torch.testing.assert_close(got, want, rtol=1e-9, atol=1e-9)
    got = torch.stack([mse_unweighted, mse_weighted, var_w, ess])
    want = [2 + 4 * mu**2 + mu**4, 2, np.expm1(mu**2), np.exp(-(mu**2))]
    torch.testing.assert_close(got, torch.tensor(want), rtol=1e-9, atol=1e-9)

    print(
        f"{mu:3.1f}  {mse_unweighted:14.4f}  {mse_weighted:12.4f}"
        f"  {var_w:7.4f}  {ess:7.4f}"
    )
