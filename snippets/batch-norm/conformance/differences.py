"""My batch norm is not torch's: which convention is it?"""

import copy

import torch
from torch import nn

torch.manual_seed(0)


def differences(mine, theirs, shape, steps=100):
    """Return by how much what they do differs, as a share of theirs."""

    def looks(layer):
        layer, found = copy.deepcopy(layer).cpu().double(), {}  # yours stays
        affine = [p.requires_grad_() for p in layer.parameters()]
        fresh, draw = copy.deepcopy(affine), torch.Generator().manual_seed(0)
        for _ in range(steps):  # until the store has forgotten its start
            x = torch.randn(shape, generator=draw, dtype=torch.float64)
            x = (5 + 0.05 * x).requires_grad_()
            for p in affine:  # another gamma, another beta
                nn.init.uniform_(p, 0.5, 1.5, generator=draw)
            y = layer.train()(x)
            weights = torch.linspace(-1, 2, y.numel(), dtype=y.dtype)
            loss = (y.square().flatten() * weights).sum()
            grad, *rest = torch.autograd.grad(loss, [x, *affine])
            found = {"output": y.detach(), "grad": grad}
            if affine:
                found["affine"] = torch.cat([g.flatten() for g in rest])
        for p, q in zip(affine, fresh, strict=True):
            p.data = q.data
        zero = torch.zeros(shape, dtype=torch.float64)
        with torch.no_grad():  # evaluation is gain * (x - centre)
            bias = layer.eval()(zero)
            gain = found["gain"] = layer(zero + 1) - bias
        return found | {"centre": -bias / torch.where(gain == 0, 1, gain)}

    pairs = zip(looks(mine).items(), looks(theirs).values(), strict=True)
    gaps = ((k, (a - b).abs().max() / b.abs().max()) for (k, a), b in pairs)
    return {k: gap.item() for k, gap in gaps}


class Own(nn.Module):
    """A layer of one's own, with one convention that is not torch's."""

    def __init__(self, fault="none"):
        super().__init__()
        self.fault, self.mean, self.var = fault, torch.zeros(3), torch.ones(3)
        self.gamma = nn.Parameter(torch.ones(3))
        self.beta = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        mean, var, m, fault = self.mean, self.var, len(x), self.fault
        if self.training:
            mean, var = x.mean(0), x.var(0, correction=0)
            if fault == "detached":
                mean, var = mean.detach(), var.detach()
            a = 0.9 if fault == "0.9 of new" else 0.1
            bessel = 1 if fault == "m in store" else m / (m - 1)
            self.mean = (1 - a) * self.mean + a * mean.detach()
            self.var = (1 - a) * self.var + a * bessel * var.detach()
            if fault == "m-1 in batch":
                var = var * m / (m - 1)
        eps = 1e-3 if fault == "Keras's eps" else 1e-5
        if fault == "eps outside":
            x = (x - mean) / (var.sqrt() + eps)
        else:
            x = (x - mean) / torch.sqrt(var + eps)
        if fault == "beta inside":
            return self.gamma * (x + self.beta)
        return self.gamma * x + self.beta


faults = "Keras's eps", "eps outside", "m-1 in batch", "beta inside"
print("20 values    train             eval")
print("            output  grad affine gain centre")
for fault in ("none", *faults, "detached", "m in store", "0.9 of new"):
    found = differences(Own(fault), nn.BatchNorm1d(3), (20, 3))
    if fault == "m-1 in batch":
        assert found["gain"] < 1e-6 < found["output"]
    cells = (f"{d:.1%}" if d < 0.1 else f"{d:.0%}" for d in found.values())
    pairs = zip(found.values(), cells, strict=True)
    cells = [cell if d > 1e-6 else "equal" for d, cell in pairs]
    print(f"{fault:12}", *(f"{cell:>6}" for cell in cells), sep="")
