"""Where in a network are the slopes of its nonlinearities flat?"""

import copy

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

torch.manual_seed(0)


def slopes(net, *inputs, flat=0.01, unit=None):
    """For each call of a nonlinearity: rms slope, share flat, dead units."""
    kinds = "sigmoid tanh relu relu6 leaky_relu prelu elu selu celu gelu silu "
    kinds += "mish softplus softsign hardtanh hardsigmoid hardswish"
    found = []

    class Watch(TorchFunctionMode):  # is asked before each torch function
        def __torch_function__(self, f, types, args=(), kwargs=None):
            kind, kwargs = f.__name__.rstrip("_"), kwargs or {}
            if kind in kinds.split():
                z = args[0].detach().clone().requires_grad_()
                with torch.enable_grad():  # z + 0: f may work in place
                    h = f(z + 0, *args[1:], **kwargs)
                    (slope,) = torch.autograd.grad(h.sum(), z)
                # In the same precision, or a slope of 0.01 is below 0.01.
                gone = (slope.abs() < slope.new_tensor(flat)).double()
                axis = unit or (1 if z.dim() > 3 else -1)
                gone = gone.movedim(axis, 0).flatten(1)
                rms = slope.double().square().mean().sqrt().item()
                found.append(
                    (kind, rms, gone.mean().item(), gone.mean(1) == 1)
                )
            return f(*args, **kwargs)

    with torch.random.fork_rng(), torch.no_grad(), Watch():
        copy.deepcopy(net)(*copy.deepcopy(inputs))
    return found


x = torch.randn(200, 20)


def show(name, shift, norm=False, act=nn.ReLU):
    print(f"{name}:\n            rms slope  flat, %  dead units")
    torch.manual_seed(0)
    layers = [nn.Linear(20, 50), *[nn.BatchNorm1d(50)] * norm, act()]
    layers += [nn.Linear(50, 50), *[nn.BatchNorm1d(50)] * norm, nn.Sigmoid()]
    for layer in layers:
        if isinstance(layer, nn.Linear):
            nn.init.constant_(layer.bias, shift)
    for kind, rms, share, dead in slopes(nn.Sequential(*layers), x):
        print(f"  {kind:10s}{rms:9.2f} {100 * share:8.0f}", end="")
        print(f"{dead.sum():8d} of {len(dead)}")


show("biases 0", 0.0)
show("biases 5", 5.0)
show("biases -5", -5.0)
show("biases -5, leaky ReLU", -5.0, act=nn.LeakyReLU)
show("biases -5, batch norm", -5.0, norm=True)
deep = [(nn.Linear(64, 64), nn.ReLU()) for _ in range(8)]
deep = nn.Sequential(*[module for pair in deep for module in pair])
found = slopes(deep, torch.randn(200, 64))
print("eight fresh ReLU layers, dead units of 64:")
print(" ", *[f"{dead.sum():3d}" for *_, dead in found])

image, tokens = torch.randn(4, 6, 3, 3), torch.randn(4, 5, 7)
assert len(slopes(nn.PReLU(6), image)[0][3]) == 6  # units: channels
assert len(slopes(nn.Tanh(), tokens)[0][3]) == 7  # units: the last index
