"""Could the note's code have printed what the note shows?"""

import numpy as np
import torch

node, mass = np.polynomial.hermite_e.hermegauss(200)
mass = mass / mass.sum()
one, five = torch.sigmoid(torch.tensor([1.0, 5.0], dtype=torch.float64))
print(f"sigmoid'(1) = {one * (1 - one):.6f}")
print(f"sigmoid(5)  = {five:.6f}")
print(f"sigmoid'(5) = {five * (1 - five):.6f}")

means = []
for seed in range(1000):  # the note's code, in its own precision
    torch.manual_seed(seed)
    y = torch.sigmoid(torch.randn(1000) * 1.0)
    shifted = torch.sigmoid(torch.randn(1000) * 1.0 + 5.0)
    row = [y, y * (1 - y), shifted, shifted * (1 - shifted)]
    means.append([part.mean().item() for part in row])
means = np.array(means)

y, shifted = 1 / (1 + np.exp(-node)), 1 / (1 + np.exp(-node - 5))
parts = [y, y * (1 - y), shifted, shifted * (1 - shifted)]
names = ["activation", "gradient", "activation, shifted", "gradient, shifted"]
printed = [0.4998, 0.1966, 0.9933, 0.0065]
print("\nmean                  exact  printed  away  range of 1000 runs")
for k, part in enumerate(parts):
    exact = mass @ part
    std = np.sqrt((mass @ part**2 - exact**2) / 1000)  # of a mean of 1000
    away = abs(printed[k] - exact) / std
    low, high = means[:, k].min(), means[:, k].max()
    print(f"{names[k]:19s}  {exact:.4f}   {printed[k]:.4f}", end="  ")
    print(f"{away:4.1f}  {low:.4f} to {high:.4f}")
    assert abs(means[:, k].std() / std - 1) < 0.1
    assert (low < printed[k] < high) == (k == 0)
