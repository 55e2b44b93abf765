"""How large is <w, g> when the eps of BN is not zero?"""

import torch
from torch.nn.functional import batch_norm, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(64, 10), torch.randint(3, (64,))
weight = torch.randn(8, 10) / 10**0.5
output = torch.randn(3, 8)


def loss(w, eps):
    """Return the loss with BN, its eps a variable."""
    z = x @ w.T
    x_hat = (z - z.mean(0)) / torch.sqrt(z.var(0, correction=0) + eps)
    return cross_entropy(torch.tanh(x_hat) @ output.T, y)


z_hat = batch_norm(x @ weight.T, None, None, training=True, eps=1e-5)
same = cross_entropy(torch.tanh(z_hat) @ output.T, y)
torch.testing.assert_close(loss(weight, 1e-5), same, rtol=0, atol=1e-12)

print("   eps   |w| / start   cosine of w and g")
for eps in (1e-5, 1e-3, 1e-1):
    for c in (1, 0.1):
        w = c * weight
        by_w, by_eps = torch.func.grad(loss, argnums=(0, 1))(
            w, torch.tensor(eps)
        )
        inner = (w * by_w).sum()
        torch.testing.assert_close(
            inner, -2 * eps * by_eps, rtol=0, atol=1e-12
        )
        cosine = inner / (w.norm() * by_w.norm())
        print(f"{eps:6.0e}  {c:8}      {cosine:14.0e}")
torch.testing.assert_close(
    loss(0.1 * weight, 1e-3), loss(weight, 1e-1), rtol=0, atol=1e-12
)
print("<w, g> = -2 eps dL/d eps, to 1e-12, in all six rows")
print("loss(cw, eps) = loss(w, eps / c^2), to 1e-12, for c = 0.1")
