"""Which gain does torch's nn.Linear start with?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
n, depth = 400, 10
layers = [torch.nn.Linear(n, n) for _ in range(depth)]
weights = torch.stack([layer.weight.detach() for layer in layers])

bound = 1 / n**0.5  # uniform on (-bound, bound): variance bound^2 / 3
assert 0.99 * bound < weights.abs().max() < bound
squared_gain = n * weights.var()
assert abs(squared_gain - 1 / 3) < 1e-3
print(f"squared gain: {squared_gain:.3f}")

h = torch.randn(100, n)
for layer in layers:  # weights only, to see them alone
    z = h @ layer.weight.detach().T
    h = torch.relu(z)
factor = (z.square().mean() * 3) ** (1 / (depth - 1))
print(f"z^2 from layer to layer: times 1/{1 / factor:.1f}")
