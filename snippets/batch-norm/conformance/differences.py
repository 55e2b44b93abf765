"""My batch norm is not torch's: which convention is it?"""

import copy

import torch
from torch import nn

torch.manual_seed(0)


def differences(mine, theirs, shape, steps=100):
    """Return by how much what they do differs, as a share of theirs."""

    def looks(layer):
        layer, found = copy.deepcopy(layer).cpu().double(), {}  # yours stays
        draw = torch.Generator().manual_seed(0)
        for _ in range(steps):  # until the store has forgotten its start
            x = torch.randn(shape, generator=draw, dtype=torch.float64)
            x = (5 + 0.05 * x).requires_grad_()
            y = layer.train()(x)
            weights = torch.linspace(-1, 2, y.numel(), dtype=y.dtype)
            loss = (y.square().flatten() * weights).sum()
            found["output"] = y.detach()
            (found["grad"],) = torch.autograd.grad(loss, x)
        zero = torch.zeros(shape, dtype=torch.float64)
        with torch.no_grad():  # evaluation is gain * (x - centre)
            bias = layer.eval()(zero)
            found["gain"] = layer(zero + 1) - bias
        return found | {"centre": -bias / found["gain"]}

    pairs = zip(looks(mine).items(), looks(theirs).values(), strict=True)
    gaps = ((k, (a - b).abs().max() / b.abs().max()) for (k, a), b in pairs)
    return {k: gap.item() for k, gap in gaps}


class Own(nn.Module):
    """A layer of one's own, with one convention that is not torch's."""

    def __init__(self, fault="none"):
        super().__init__()
        self.fault, self.mean, self.var = fault, torch.zeros(3), torch.ones(3)

    def forward(self, x):
        mean, var, m, fault = self.mean, self.var, len(x), self.fault
        if self.training:
            mean, var = x.mean(0), x.var(0, correction=0)
            if fault == "detached":
                mean, var = mean.detach(), var.detach()
            a = 0.9 if fault == "old's momentum" else 0.1
            bessel = 1 if fault == "biased store" else m / (m - 1)
            self.mean = (1 - a) * self.mean + a * mean.detach()
            self.var = (1 - a) * self.var + a * bessel * var.detach()
            if fault == "unbiased batch":
                var = var * m / (m - 1)
        if fault == "eps outside":
            return (x - mean) / (var.sqrt() + 1e-5)
        eps = 1e-3 if fault == "Keras's eps" else 1e-5
        return (x - mean) / torch.sqrt(var + eps)


faults = "Keras's eps", "eps outside", "unbiased batch", "biased store"
print("20 values        train         eval")
print("              output  grad  gain centre")
for fault in ("none", *faults, "old's momentum", "detached"):
    found = differences(Own(fault), nn.BatchNorm1d(3), (20, 3))
    if fault == "unbiased batch":
        assert abs(found["output"] + (19 / 20) ** 0.5 - 1) < 1e-4
    cells = ["equal" if d < 1e-6 else f"{d:.1%}" for d in found.values()]
    print(f"{fault:14}", *(f"{cell:>6}" for cell in cells), sep="")
