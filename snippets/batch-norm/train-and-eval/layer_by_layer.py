"""Are the statistics of layer 2, seen in training, right in evaluation?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, width = torch.randn(16_384, 20), 30
model = nn.Sequential(
    *(nn.Linear(20, width), nn.BatchNorm1d(width), nn.ReLU()),
    *(nn.Linear(width, width), nn.BatchNorm1d(width)),
)
norms = [model[1], model[4]]


def errors():
    """Return the means of layer 1 and 2, and the variance of layer 2."""
    model.eval()
    first, second = model[:2](x), model(x)
    means = [h.mean(0).abs().mean() for h in (first, second)]
    return *means, second.var(0).mean()


with torch.no_grad():
    for B in (4, 16, 64):
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None
        model.train()
        for batch in x.split(B):
            model(batch)
        usual = errors()
        norms[1].reset_running_stats()
        model[4].train()  # layer 1 stays in evaluation mode
        model(x)
        again = errors()
        assert again[1] < 1e-9
        assert abs(again[2] - 1) < 1e-3
        print(f"B = {B:2}: mean of layer 1 {usual[0]:.3f}, of layer 2", end="")
        print(f" {usual[1]:.3f}, variance of layer 2 {usual[2]:.2f}")
print("layer 2 measured over layer 1 in evaluation: mean 0, variance 1")
