"""Does batch norm hold the gradient level in a deep sigmoid network?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
N, B, seeds = 128, 10, 10


def second_over_last(depth, batch_norm):
    """Log of the ratio of two gradient norms."""
    norm = torch.nn.BatchNorm1d if batch_norm else torch.nn.Identity
    h, outputs = torch.randn(B, N, requires_grad=True), []
    for _ in range(depth):
        outputs.append(torch.nn.Linear(N, N)(h))
        h = torch.sigmoid(norm(N)(outputs[-1]))
    pair = [outputs[1], outputs[-1]]
    low, high = torch.autograd.grad(h, pair, torch.randn(B, N))
    return (low.norm() / high.norm()).log10()


print("gradient norm, second layer over last (geometric mean)")
print("layers   with batch norm   without")
for depth in (3, 30):
    means = []
    for batch_norm in (True, False):
        ratios = [second_over_last(depth, batch_norm) for _ in range(seeds)]
        means.append(torch.stack(ratios).mean().item())
    print(f"{depth:6} {10 ** means[0]:13.1f}         10^{means[1]:.0f}")
