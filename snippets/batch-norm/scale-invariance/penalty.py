"""Can an L2 penalty on weights before BN favour one function over another?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(100, 6), torch.randn(100)
decay = 0.1


def loss(w):
    """Return a loss that ignores the length of w."""
    z = x @ w
    return (torch.tanh(z / z.std(correction=0)) - y).square().mean()


def penalised(w, decay):
    """Add the L2 penalty."""
    return loss(w) + decay / 2 * w.square().sum()


w = torch.randn(6)
for c in (1.0, 0.1, 0.01):
    left, right = penalised(c * w, decay), penalised(w, c**2 * decay)
    torch.testing.assert_close(left, right, rtol=0, atol=1e-14)
    gap = penalised(c * w, decay) - loss(w)
    print(f"c = {c:4}: loss {loss(c * w):.6f}, penalty {gap:.6f}")
print("the penalty of cw is that of w with c^2 times the decay, to 1e-14")
