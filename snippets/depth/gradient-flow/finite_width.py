"""Does He's initialisation keep the scale at finite width?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, width, networks = 20, 40, 2000

# 2,000 networks at once. Given h, each z is an independent Gaussian of
# variance 2 |h|^2 / width, so that no weight matrix has to be drawn.
square, ratios = torch.ones(networks), []  # |h|^2 / width
for _ in range(depth):
    z = torch.randn(networks, width) * (2 * square).sqrt()[:, None]
    before, square = square, torch.relu(z).square().mean(1)
    ratios.append(square / before)

variance = 5 / width  # of one ratio
theory = -depth * variance / 2
error = square.std() / networks**0.5
assert abs(square.mean() - 1) < 4 * error
assert abs(torch.stack(ratios).var() / variance - 1) < 0.05
assert abs(square.log().mean() - theory) < 0.15
print(f"mean over networks: {square.mean():.2f} +- {error:.2f}")
print(f"mean of the log: {square.log().mean():.2f}")
print(f"-5 L / 2n: {theory:.2f}")
