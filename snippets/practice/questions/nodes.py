"""A batch of graphs, or of point sets: who sets the statistics?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
sizes = torch.tensor([5, 5, 5, 5, 480])  # nodes of five graphs
graph = torch.repeat_interleave(torch.arange(5), sizes)
x = torch.randn(500, 3) + graph[:, None]  # graph k has the mean k
y = nn.BatchNorm1d(3)(x)  # the nodes of all graphs are one batch
mean = torch.stack([y[graph == k].mean() for k in range(5)])
print("over nodes, mean of graph 0 to 4:", *(f"{m:.2f}" for m in mean))
padded = torch.zeros(5, 480, 3)  # the same as a dense batch with padding
mask = torch.arange(480) < sizes[:, None]
padded[mask] = x
z = nn.BatchNorm1d(3)(padded.flatten(0, 1)).view(5, 480, 3)
print(f"padding pooled: deviation of the real nodes {z[mask].std():.2f}")
try:
    nn.BatchNorm1d(3)(x[:1])  # a node type of which this batch has one
except ValueError as error:
    print("one node:", str(error)[:44], "...")
