"""Do the gradients of the weights grow like those of the activations?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, skipped, N, B, networks = 20, 5, 256, 32, 6
theory = {"relu": 1.52195, "tanh": 1.20830}  # of any_activation.py


def growths(phi):
    """Growth per layer of the squared gradient of z and of the weights."""
    weights = [torch.randn(N, N) / N**0.5 for _ in range(depth)]
    h, z = torch.randn(B, N), []
    for weight in weights:
        weight.requires_grad_()
        z.append(h @ weight)
        centred = z[-1] - z[-1].mean(0)
        h = phi(centred / centred.square().mean(0).sqrt())
    pairs = [[kind[skipped], kind[-skipped]] for kind in (z, weights)]
    out = torch.randn_like(h)
    grads = torch.autograd.grad(h, [*pairs[0], *pairs[1]], out)
    squares = torch.stack([g.square().sum() for g in grads])
    layers = depth - 2 * skipped
    return (squares[::2] / squares[1::2]).log() / layers


print("activation   theory   activations   weights")
for name, rate in theory.items():
    logs = [growths(getattr(torch, name)) for _ in range(networks)]
    means = torch.stack(logs).mean(0).exp()
    assert (means / rate - 1).abs().max() < 0.03
    print(f"{name:10} {rate:8.3f} {means[0]:13.2f} {means[1]:9.2f}")
