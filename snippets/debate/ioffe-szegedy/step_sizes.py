"""How much longer is a step with a frozen divisor than one divided once?"""

import torch
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(60, 100), torch.randint(10, (60,))
weight, out = torch.randn(100, 100), torch.randn(10, 100)
target = torch.tensor([0.2, 0.8]).repeat(50)  # as in layers 2 and 1
weight *= (target / (x @ weight.T).std(dim=0, correction=0))[:, None]
std, mean = torch.std_mean(x @ weight.T, dim=0, correction=0)
logits, moves = {}, {}
for kind in ("once", "frozen"):
    w = (weight / std[:, None] if kind == "once" else weight).requires_grad_()
    divisor = std if kind == "frozen" else torch.ones(100)
    z = x @ w.T / divisor - mean / std
    torch.testing.assert_close(z.mean(dim=0), torch.zeros(100))
    logits[kind] = torch.sigmoid(z) @ out.T
    cross_entropy(logits[kind], y).backward()
    optimizer = torch.optim.SGD([w], lr=1.0)
    before = (w / divisor[:, None]).detach()  # v: what is applied to x
    optimizer.step()
    moves[kind] = (w / divisor[:, None]).detach() - before
torch.testing.assert_close(logits["once"], logits["frozen"])
exact = moves["once"] / std[:, None].square()
torch.testing.assert_close(moves["frozen"], exact, rtol=1e-6, atol=1e-12)
ratio = moves["frozen"].norm(dim=1) / moves["once"].norm(dim=1)
for unit in (0, 1):
    print(f"s = {std[unit]:.1f}: a step {ratio[unit]:.1f} times as long")
