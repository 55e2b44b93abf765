"""How much does each framework remember by default?"""

from math import ceil, log

import torch
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
print("weight of the new value, window in batches, batches until 1 % is left")
for name, rho in {
    "PyTorch 0.1": 0.9,  # rho: the weight that the old value keeps
    "Keras, Flax 0.99": 0.99,
    "ONNX 0.9": 0.9,
    "Caffe 0.999": 0.999,
}.items():
    steps = ceil(log(0.01) / log(rho))
    window = (1 + rho) / (1 - rho)
    squares = sum(((1 - rho) * rho**j) ** 2 for j in range(20_000))
    assert abs(window * squares - 1) < 1e-9
    print(f"{name:17} {1 - rho:.3f} {window:5.0f} {steps:5}")

# The same rule under two names: torch wants the weight of the new value.
# (What it is fed with differs: Keras 3 stores the biased variance.)
mean, var = torch.zeros(3), torch.ones(3)
moving_mean, moving_var = mean.clone(), var.clone()
for x in torch.randn(20, 8, 3):
    batch_norm(x, mean, var, training=True, momentum=1 - 0.99)
    moving_mean = 0.99 * moving_mean + 0.01 * x.mean(0)
    var_of_x = x.var(0, correction=1)  # Keras 3: correction=0
    moving_var = 0.99 * moving_var + 0.01 * var_of_x
torch.testing.assert_close(mean, moving_mean, rtol=0, atol=1e-14)
torch.testing.assert_close(var, moving_var, rtol=0, atol=1e-14)

# Caffe keeps weighted sums and their total weight, and divides at the end.
total, weight = torch.zeros(3), 0.0
uncorrected = torch.zeros(3)
for k, x in enumerate(torch.randn(20, 8, 3), 1):
    total, weight = 0.999 * total + x.mean(0), 0.999 * weight + 1
    uncorrected = 0.999 * uncorrected + 0.001 * x.mean(0)
    corrected = uncorrected / (1 - 0.999**k)
    torch.testing.assert_close(total / weight, corrected, rtol=1e-9, atol=0)
print("Keras's mean is torch's with momentum=0.01; Caffe's is bias-corrected")
