"""Can scales that differ from layer to layer level the gradients?"""

import torch
from torch.nn.functional import layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, N, B, draws, rate = 30, 256, 128, 3, 1.47968

print("layer 2 over layer 30:    |dL/dW|  over |W|   |dL/dh|")
for name, power in (
    ("equal", 0),
    ("r^((L-l)/4)", 1 / 4),
    ("r^((L-l)/2)", 1 / 2),
):
    rows = []
    for _ in range(draws):
        h, outputs, weights = torch.randn(B, N), [], []
        for layer in range(1, depth + 1):
            scale = rate ** (power * (depth - layer)) / N**0.5
            weights.append((scale * torch.randn(N, N)).requires_grad_())
            h = layer_norm((h @ weights[-1]).T, (B,), eps=0.0).T.relu()
            outputs.append(h)
        wanted = [weights[1], weights[-1], outputs[1], outputs[-1]]
        grads = torch.autograd.grad(h, wanted, torch.randn(B, N))
        a, b, c, d = (grad.norm() for grad in grads)
        lengths = weights[1].norm() / weights[-1].norm()
        rows.append(torch.stack([a / b, a / b / lengths, c / d]))
    means = torch.stack(rows).log().mean(0).exp().tolist()
    print(f"scale {name:15}" + "".join(f"{mean:11.1g}" for mean in means))
