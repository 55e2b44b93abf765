"""Which moments shift in exact proportion to the learning rate?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(200, 10) + 1, torch.randn(200, 1)
first, last = torch.nn.Linear(10, 20), torch.nn.Linear(20, 1)


def moments():
    z = first(x)
    return z.mean(0).detach(), z.std(0, unbiased=False).detach()


mean, std = moments()
loss = (last(torch.tanh(first(x))) - y).square().mean()
loss.backward()
start = first.weight.detach().clone(), first.bias.detach().clone()
rate = -(first.weight.grad @ x.mean(0) + first.bias.grad)
for lr in (0.1, 1.0, 10.0):
    first.weight.data = start[0] - lr * first.weight.grad
    first.bias.data = start[1] - lr * first.bias.grad
    new_mean, new_std = moments()
    torch.testing.assert_close(new_mean - mean, lr * rate, rtol=0, atol=1e-12)
    change = (new_std - std).abs().mean() / lr
    print(f"lr {lr:4}: mean exact; |change of std| / lr = {change:.3f}")
