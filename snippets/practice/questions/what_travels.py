"""Two clients are averaged: which tensors must travel, and how?"""

import copy

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = torch.cat([-3 + torch.randn(5000, 2), 3 + torch.randn(5000, 2)]).view(
    2, 5000, 2
)
server = nn.BatchNorm1d(2, momentum=None)  # a plain average of the batches
clients = [copy.deepcopy(server) for _ in range(2)]
for client, data in zip(clients, x, strict=True):
    for batch in data.split(100):
        client(batch)
means = torch.stack([c.running_mean for c in clients])
variances = torch.stack([c.running_var for c in clients])
mean = means.mean(0)
choices = {
    "parameters() only": (server.running_mean, server.running_var),
    "those of client 0": (means[0], variances[0]),
    "averages of both": (mean, variances.mean(0)),
    "merged": (mean, variances.mean(0) + (means - mean).square().mean(0)),
}
pooled = x.flatten(0, 1)
print("in parameters():", [n for n, _ in server.named_parameters()])
print("in buffers():", [n for n, _ in server.named_buffers()])
for name, (m, v) in choices.items():
    y = nn.functional.batch_norm(pooled, m, v)
    mean_of_all = y.mean().round(decimals=6) + 0  # no minus zero
    print(f"{name:18} mean {mean_of_all:5.2f}, deviation {y.std():.2f}")
