"""Do wide networks follow the rate, and at which width?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, skipped = 20, 4
theory = {
    "relu": {8: 1.78819, 32: 1.52195, 128: 1.47968},
    "tanh": {8: 1.35855, 32: 1.20830, 128: 1.18485},
    "linear": {8: 1.20000, 32: 1.03448, 128: 1.00800},
}  # from any_activation.py
phis = {"relu": torch.relu, "tanh": torch.tanh, "linear": torch.clone}


def growth(phi, B, weights):
    """Growth of the squared gradient per layer, as a mean logarithm."""
    h, z = torch.randn(B, len(weights[0]), requires_grad=True), []
    for weight in weights:
        z.append(h @ weight)
        centred = z[-1] - z[-1].mean(0)
        h = phi(centred / centred.square().mean(0).sqrt())
    out = torch.randn_like(h)
    lower, upper = torch.autograd.grad(h, [z[skipped], z[-skipped]], out)
    layers = depth - 2 * skipped
    return (lower.square().sum() / upper.square().sum()).log() / layers


print("activation   B   theory  N = 256          512         1024")
measured = {}
for N, seeds in [(256, 4), (512, 3), (1024, 3)]:
    for _ in range(seeds):
        weights = [torch.randn(N, N) / N**0.5 for _ in range(depth)]
        for name, phi in phis.items():
            for B in theory[name]:
                if N < 1024 or (name, B) == ("relu", 128):
                    log = growth(phi, B, weights)
                    measured.setdefault((name, B, N), []).append(log)
for name in phis:
    for B, rate in theory[name].items():
        row = f"{name:8}{B:6}{rate:9.3f}"
        for N in (256, 512, 1024):
            if (name, B, N) in measured:
                rates = torch.stack(measured[name, B, N]).exp()
                error = rates.std() / len(rates) ** 0.5
                assert abs(rates.mean() / rate - 1) < 0.02
                row += f"   {rates.mean():.3f} ±{error:.3f}"
        print(row)
