"""How does the rate depend on the batch size?"""

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, skipped, N, seeds = 20, 5, 256, 3
sizes = [4, 5, 8, 16, 32, 64, 128]
theory = {  # from any_activation.py, and the limits of rates.py
    "relu": [3.08406, 2.27371, 1.78819, 1.58995, 1.52195, 1.49306, 1.47968],
    "tanh": [2.12926, 1.64188, 1.35855, 1.24626, 1.20830, 1.19226, 1.18485],
    "linear": [2.0, 1.5, 1.2, 1.07692, 1.03448, 1.01639, 1.008],
}
limit = {"relu": 1.466942, "tanh": 1.177807, "linear": 1.0}
draws = [
    [torch.randn(N, N) / N**0.5 for _ in range(depth)] for _ in range(seeds)
]
fig, ax = plt.subplots()
for name, marker in zip(theory, "os^", strict=True):
    phi = torch.clone if name == "linear" else getattr(torch, name)
    means = []
    for B in sizes:
        rates = []
        for weights in draws:
            h, z = torch.randn(B, N, requires_grad=True), []
            for weight in weights:
                z.append(h @ weight)
                centred = z[-1] - z[-1].mean(0)
                h = phi(centred / centred.square().mean(0).sqrt())
            out = torch.randn(B, N)
            pair = [z[skipped], z[-skipped]]
            low, high = torch.autograd.grad(h, pair, out)
            ratio = low.square().sum() / high.square().sum()
            rates.append(ratio ** (1 / (depth - 2 * skipped)))
        rates = torch.stack(rates)
        ax.plot([B] * seeds, rates, marker, color="C1", ms=4, alpha=0.6)
        means.append(rates.mean())
    ratio = torch.stack(means) / torch.tensor(theory[name])
    assert ((ratio - 1).abs() < torch.tensor([0.15] * 2 + [0.03] * 5)).all()
    ax.plot(sizes, theory[name], "k")
    ax.axhline(limit[name], color="k", lw=0.8, ls=":")
    ax.text(150, theory[name][-1], name, va="center")
    print(f"{name:7}", " ".join(f"{mean:5.2f}" for mean in means))
ax.set_xscale("log", base=2)
ax.set_xticks(sizes, sizes)
ax.set_xlim(3.6, 330)
ax.set_xlabel("batch size $B$ (examples)")
ax.set_ylabel("growth of the squared gradient per layer")
plt.show()
