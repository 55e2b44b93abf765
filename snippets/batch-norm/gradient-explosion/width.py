"""How does the bias of finite width shrink with the width?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, skipped, B = 20, 4, 128
theory = {"relu": 1.47968, "tanh": 1.18485, "linear": 1.00800}


def growth(phi, weights):
    """Growth of the squared gradient per layer, for each of many networks."""
    h, z = torch.randn(len(weights[0]), B, weights[0].shape[1]), []
    h.requires_grad_()
    for weight in weights:
        z.append(h @ weight)
        centred = z[-1] - z[-1].mean(1, keepdim=True)
        h = phi(centred / centred.square().mean(1, keepdim=True).sqrt())
    pair = [z[skipped], z[-skipped]]
    low, high = torch.autograd.grad(h, pair, torch.randn_like(h))
    ratio = low.square().sum((1, 2)) / high.square().sum((1, 2))
    return ratio ** (1 / (depth - 2 * skipped))


means = {name: [] for name in theory}
print("  N  activation  rate / theory - 1    N (rate / theory - 1)")
for N, networks in [(64, 128), (128, 80), (256, 32)]:
    weights = torch.randn(depth, networks, N, N) / N**0.5
    for name, rate in theory.items():
        phi = torch.clone if name == "linear" else getattr(torch, name)
        bias = growth(phi, weights) / rate - 1
        mean, error = bias.mean(), bias.std() / networks**0.5
        means[name].append([mean, error])
        print(f"{N:3}  {name:8} {mean:10.4f} ±{error:.4f}", end="")
        print(f" {N * mean:12.1f} ±{N * error:.1f}")
for name in ("tanh", "linear"):
    mean, error = torch.tensor(means[name]).T
    assert mean[0] > mean[1] > mean[2] > 0
    limit = 2 * mean[2] - mean[1]  # of infinite width, if it falls as 1 / N
    assert abs(limit) < 2 * torch.stack([2 * error[2], error[1]]).norm()
    power = (mean[0] / mean[2]).log2() / 2  # of 1 / N, over two doublings
    spread = (error / mean)[::2].norm() / (2 * torch.tensor(2.0).log())
    assert power - 2 * spread > 0.5
    print(f"{name}: falls as N^-{power:.1f}, ±{spread:.1f}")
