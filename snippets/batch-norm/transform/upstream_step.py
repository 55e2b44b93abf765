"""What does batch normalisation hold still when the layer below moves?"""

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, noise = torch.randn(4000, 30), torch.randn(30, 30)
lower, upper = torch.randn(30, 30) / 30**0.5, torch.randn(30, 20) / 30**0.5


def x_hat(lower):
    z = torch.relu(x @ lower) @ upper
    return batch_norm(z, None, None, training=True, eps=1e-12)


def largest_change(statistic):
    before, after = statistic(x_hat(lower)), statistic(x_hat(moved))
    return (after - before).abs().max().item()


moved = lower + 0.1 * noise  # a step of the layer below
assert largest_change(lambda h: h.mean(0)) < 1e-9
assert largest_change(lambda h: h.var(0)) < 1e-9
print("mean of a unit                 held")
print("variance of a unit             held")
skewness = largest_change(lambda h: (h**3).mean(0))
correlation = largest_change(lambda h: torch.corrcoef(h.T))
value = largest_change(lambda h: h)
print(f"skewness of a unit             moved by up to {skewness:.1f}")
print(f"correlation of two units       moved by up to {correlation:.1f}")
print(f"value of a unit on an example  moved by up to {value:.1f}")
