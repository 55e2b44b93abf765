"""Does batch normalisation improve the conditioning of least squares?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def steps_at_best_rate(loss_of, start, rates):
    """Fewest steps to a millionth of the first loss, over the rates."""
    fewest = 2000
    for lr in rates:
        w = start.clone().requires_grad_()
        optimizer = torch.optim.SGD([w], lr=lr)
        for step in range(fewest):
            loss = loss_of(w)
            if not loss < 1e6:
                break
            if loss < 1e-6 * loss_of(start):
                fewest = step
                break
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return fewest


print("          condition   steps at best")
print("weights   plain  BN      plain  BN")
for n in (2, 6, 20, 20):
    basis = torch.linalg.qr(torch.randn(n, n)).Q
    S = basis @ torch.logspace(0, 1.5, n).diag() @ basis.T
    w = torch.randn(n)  # the solution of least squares
    b, c = S @ w, w @ S @ w

    def plain(v, S=S, w=w):
        return (v - w) @ S @ (v - w)

    def with_bn(v, S=S, b=b, c=c):  # above its minimum
        return c - (v @ b) ** 2 / (v @ S @ v)

    predicted = 2 * (S - torch.outer(b, b) / c)
    for a in (1.0, -3.0):
        H = torch.autograd.functional.hessian(with_bn, a * w)
        torch.testing.assert_close(a**2 * H, predicted, rtol=0, atol=1e-9)
    torch.testing.assert_close(predicted @ w, 0 * w, rtol=0, atol=1e-9)

    def both(p, S=S, b=b):  # gamma is the last entry
        v, gamma = p[:-1], p[-1]
        return gamma**2 - 2 * gamma * (v @ b) / (v @ S @ v).sqrt()

    at = torch.cat([3 * w, c.sqrt()[None]])
    H = torch.autograd.functional.hessian(both, at)
    joint = torch.block_diag(predicted / 9, torch.tensor(2.0))
    torch.testing.assert_close(H, joint, rtol=0, atol=1e-9)
    outer = 2 * torch.linalg.eigvalsh(S)
    inner = torch.linalg.eigvalsh(predicted)[1:]  # without the ray
    assert (outer[:-1] <= inner + 1e-9).all()
    assert (inner <= outer[1:] + 1e-9).all()
    kappa, kappa_bn = outer[-1] / outer[0], inner[-1] / inner[0]

    start = w + torch.randn(n) / 2
    fewest = []
    for loss_of, ends in ((plain, outer), (with_bn, inner)):
        tried = 2 / (ends[0] + ends[-1]) * 2 ** torch.linspace(-1, 3, 25)
        fewest.append(steps_at_best_rate(loss_of, start, tried.tolist()))
    print(f"{n:7}{kappa:8.0f}{kappa_bn:4.0f}{fewest[0]:11}{fewest[1]:4}")

mean = torch.full((n, 1), 3.0)  # the same inputs, now with this mean
column = torch.cat([mean, torch.ones(1, 1)])
moments = column @ column.T
moments[:n, :n] += S
uncentred = torch.linalg.cond(moments)
print(f"mean 3, plain with a bias: {uncentred:.0f}")

found = []
for _ in range(200):  # other solutions, and one eigenvalue far off
    S = torch.cat([1 + torch.rand(n - 1), torch.tensor([1000.0])]).diag()
    b = S @ (w := torch.randn(n))
    inner = torch.linalg.eigvalsh(S - torch.outer(b, b) / (w @ b))[1:]
    found.append(inner[-1] / inner[0])
left = torch.tensor(found).median()
print(f"an eigenvalue of 1000: BN leaves {left:.0f},")
print("the median of 200 solutions")
