"""Four examples of two units: what does the layer put out, and store?"""

import torch
from torch import nn

torch.set_printoptions(precision=2)
x = torch.tensor([[1, 3], [3, 9], [1, 11], [3, 17.0]])  # one example a row
norm = nn.BatchNorm1d(2).requires_grad_(False)  # gamma 1, beta 0
print("training, a unit a row:", norm(x).T, sep="\n")
print("training on 3x + 10:", norm(3 * x + 10).T, sep="\n")
norm.weight[1], norm.bias[1] = 10, 50
print("unit 2, gamma 10, beta 50:", norm(x)[:, 1], sep="\n")

norm = nn.BatchNorm1d(2).requires_grad_(False)  # a new layer
norm(x)  # one batch in training
print("stored mean", norm.running_mean)
print("and variance", norm.running_var)
print("evaluation, a unit a row:", norm.eval()(x).T, sep="\n")
