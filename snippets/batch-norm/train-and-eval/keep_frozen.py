"""How does batch normalisation stay frozen through model.train()?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


class Frozen(nn.Sequential):
    """A model whose batch normalisation stays in evaluation mode."""

    def train(self, mode=True):
        """Set the mode of everything else."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm1d):
                module.eval()
        return self


for kind in (nn.Sequential, Frozen):
    model = kind(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout())
    model[1].requires_grad_(False).eval()
    for _ in range(3):
        model.train()  # as at the start of every epoch
        model(torch.randn(8, 4))
    moved = model[1].running_mean.abs().max() > 0
    assert moved == (kind is nn.Sequential)
    assert model[2].training  # dropout is not frozen
    print(f"{kind.__name__:10} after 3 epochs: the statistics", end=" ")
    print("have moved" if moved else "are as they were")
