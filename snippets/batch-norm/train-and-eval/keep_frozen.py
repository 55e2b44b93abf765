"""How does batch normalisation stay frozen through model.train()?"""

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm  # 1d, 2d, 3d, SyncBatchNorm
from torch.optim.swa_utils import update_bn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


class Frozen(nn.Module):
    """A model whose batch normalisation stays in evaluation mode."""

    @staticmethod
    def empty(norm):
        """Say whether a norm has no statistics: none kept, or none yet."""
        return norm.running_var is None or bool((norm.running_var == 1).all())

    def __init__(self, model):
        super().__init__()
        self.model = model
        norms = [m for m in model.modules() if isinstance(m, _BatchNorm)]
        if any(self.empty(m) for m in norms):
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
                module.train(mode and self.empty(module))  # for update_bn
        return self


def network():
    """A convolutional and a dense layer, each with a norm, and dropout."""
    layers = [nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten()]
    layers += [nn.Linear(144, 6), nn.BatchNorm1d(6, affine=False)]
    return nn.Sequential(*layers, nn.Dropout())


x = torch.randn(64, 8, 1, 8, 8)  # 64 batches
for wrap in (nn.Sequential, Frozen):
    model = network()
    model(x[0])  # stands for the training before
    norms = [m for m in model.modules() if isinstance(m, _BatchNorm)]
    model = wrap(model)
    for norm in norms:
        norm.requires_grad_(False).eval()
    before = [norm.running_mean.clone() for norm in norms]
    for batch in x[:3]:
        model.train()  # as at the start of every epoch
        model(batch)
    moved = [
        not m.running_mean.equal(b) for m, b in zip(norms, before, strict=True)
    ]
    assert moved == [wrap is nn.Sequential] * 2
    assert any(m.training for m in model.modules() if type(m) is nn.Dropout)
    print(f"{wrap.__name__:10} after 3 epochs: the statistics", end=" ")
    print("have moved" if moved[0] else "are as they were")
update_bn(x, model)  # resets the norms, calls model.train(), passes the data
h = model.model[0](x.flatten(0, 1))
torch.testing.assert_close(norms[0].running_mean, h.mean((0, 2, 3)))
assert not any(norm.training for norm in norms)
print("Frozen     after update_bn: those of the new data, and frozen again")
