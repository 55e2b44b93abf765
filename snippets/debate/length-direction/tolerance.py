"""How many steps does least squares need at each learning rate?"""

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
LIMIT, STARTS = 400, 20
rates = torch.logspace(-2.5, 2.5, 51)


def steps_needed(loss_of, start, held):
    """At each rate, median steps to a loss of 1e-6, and effective rate."""
    w = start.repeat(len(rates), 1, 1).requires_grad_()
    optimizer = torch.optim.SGD([w], lr=1.0)
    needed = torch.full(w.shape[:2], torch.inf)
    for step in range(LIMIT + 1):
        loss = loss_of(w)
        needed[(loss < 1e-6) & needed.isinf()] = step
        optimizer.zero_grad()
        loss.sum().backward()
        w.grad.mul_(rates[:, None, None]).nan_to_num_()  # each at its rate
        optimizer.step()
        if held:  # back to the length at the start
            lengths = start.norm(dim=1) / w.detach().norm(dim=2)
            w.data.mul_(lengths[:, :, None])
    shrunk = (start.norm(dim=1) / w.detach().norm(dim=2)).square()
    at_end = rates * shrunk.median(dim=1).values
    return needed.quantile(0.5, dim=1, interpolation="lower"), at_end


_, axes = plt.subplots(2, 1, figsize=(4.8, 5.4), sharex=True, sharey=True)
print("weights            steps   rate ratio")
for ax, n in zip(axes, (2, 20), strict=True):
    basis = torch.linalg.qr(torch.randn(n, n)).Q
    S = basis @ torch.logspace(0, 1.5, n).diag() @ basis.T
    w = torch.randn(n)
    w /= (w @ S @ w).sqrt()  # the solution: it explains a variance of 1
    b = S @ w

    def plain(v, S=S, w=w):  # the loss above its minimum
        return ((v - w) @ S * (v - w)).sum(-1)

    def with_bn(v, S=S, b=b):
        return 1 - (v @ b) ** 2 / (v @ S * v).sum(-1)

    def trained(p, S=S, b=b):  # gamma is the last entry, 1 at first
        v, gamma = p[..., :-1], p[..., -1]
        best = v @ b / (v @ S * v).sum(-1).sqrt()
        return 1 - 2 * gamma * best + gamma**2

    start = torch.randn(STARTS, n) / n**0.5
    start *= w.norm() / start.norm(dim=1, keepdim=True)
    for name, loss_of, style in (
        ("no normalisation", plain, "C0.-"),
        ("BN", with_bn, "C1s-"),
        ("BN, gamma trained", trained, "C4^:"),
        ("BN, length held", with_bn, "C3x--"),
    ):
        first = start
        if loss_of is trained:
            first = torch.cat([start, torch.ones(STARTS, 1)], dim=1)
        needed, at_end = steps_needed(loss_of, first, "held" in name)
        good = rates[needed <= 300]
        print(f"{n:2} {name:18}{needed.min():3.0f}", end="")
        print(f"{good.max():7.3g}{good.max() / good.min():5.0f}")
        ax.loglog(rates, needed, style, ms=3, label=name)
        if name == "BN":
            plateau = at_end[(rates > 0.1) & (rates < 3)]
    wall = 1 / torch.linalg.eigvalsh(S)[-1]  # plain descent diverges beyond
    ax.axvline(wall, color="C0", ls=":")
    ax.set(title=f"{n} weights", ylabel="steps", ylim=(2, 500))
axes[1].legend(loc="lower right", fontsize=7.5)
axes[0].text(1.15 * wall, 250, "no normalisation\ndiverges", color="C0")
axes[1].set_xlabel("learning rate")
plateau = plateau / wall
print("20 weights, BN, rates 0.1 to 3: the")
print("effective rate at the end, over the")
print(f"limit, is {plateau.min():.2f} to {plateau.max():.2f}")
plt.show()
