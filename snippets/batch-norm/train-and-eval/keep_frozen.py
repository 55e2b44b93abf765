"""How does batch normalisation stay frozen through model.train()?"""

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm  # 1d, 2d, 3d, SyncBatchNorm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


class Frozen(nn.Module):
    """A model whose batch normalisation stays in evaluation mode."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        norms = [m for m in model.modules() if isinstance(m, _BatchNorm)]
        if any(m.running_mean is None for m in norms):
            raise ValueError("a batch norm without stored statistics")
        self.train(model.training)

    def forward(self, *args, **kwargs):
        """Do what the model does."""
        return self.model(*args, **kwargs)

    def train(self, mode=True):
        """Set the mode of everything else."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, _BatchNorm):
                module.eval()
        return self


def network():
    """A convolutional and a dense layer, each with a norm, and dropout."""
    layers = [nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten()]
    layers += [nn.Linear(144, 6), nn.BatchNorm1d(6, affine=False)]
    return nn.Sequential(*layers, nn.Dropout())


for wrap in (nn.Sequential, Frozen):
    model = wrap(network())
    norms = [m for m in model.modules() if isinstance(m, _BatchNorm)]
    for norm in norms:
        norm.requires_grad_(False).eval()
    for _ in range(3):
        model.train()  # as at the start of every epoch
        model(torch.randn(8, 1, 8, 8))
    moved = [bool(norm.running_mean.abs().max() > 0) for norm in norms]
    assert moved == [wrap is nn.Sequential] * 2
    assert any(m.training for m in model.modules() if type(m) is nn.Dropout)
    print(f"{wrap.__name__:10} after 3 epochs: the statistics", end=" ")
    print("have moved" if moved[0] else "are as they were")
