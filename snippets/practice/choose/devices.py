"""What do 8 devices with 4 images each normalise by?"""

import torch
from torch.nn.functional import batch_norm, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(32, 5), torch.randint(3, (32,))
weight = torch.randn(5, 3)


def gradient(groups):
    """Mean over groups, each normalised by itself."""
    w = weight.clone().requires_grad_()
    for i in groups:  # backward adds the gradients up
        z = batch_norm(x[i] @ w, None, None, training=True)
        (cross_entropy(z, y[i]) / len(groups)).backward()
    return w.grad


apart, all_images = torch.arange(32).split(4), [torch.arange(32)]
synchronised = gradient(all_images)
w = weight.clone().requires_grad_()
z = (x @ w).view(8, 4, 3)  # eight devices at once, each by itself
z = (z - z.mean(1, True)) / (
    z.var(1, correction=0, keepdim=True) + 1e-5
).sqrt()
cross_entropy(z.view(32, 3), y).backward()
torch.testing.assert_close(gradient(apart), w.grad, rtol=0, atol=1e-12)
print("accumulation over 8 steps is 8 devices apart, to 1e-12")
gap = (w.grad - synchronised).norm() / synchronised.norm()
assert gap > 0.1
print(f"relative distance from the synchronised gradient: {gap:.2f}")
