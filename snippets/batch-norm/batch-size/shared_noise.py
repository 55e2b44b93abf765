"""Is the noise of batch normalisation independent between two examples?"""

import torch
from torch.nn.functional import batch_norm, dropout

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, draws = 128, 20_000


def correlation(noise):  # of two examples, over the draws
    return torch.corrcoef(noise.T)[0, 1].item()


print("  a    b   BN measured  BN theory  dropout")
for a, b in (0, 0), (1, 1), (2, 2), (0, 2), (1, -1), (2, -2):
    pair = torch.tensor([a, b]).expand(draws, 2).double()
    others = torch.randn(draws, B - 2)  # the rest of each batch
    batches = torch.cat([pair, others], 1)
    # one column for each draw, so that BN normalises each draw by itself
    x_hat = batch_norm(batches.T, None, None, training=True, eps=1e-9)
    measured = correlation(x_hat.T[:, :2])
    theory = (2 + a * b) / ((2 + a**2) * (2 + b**2)) ** 0.5
    assert abs(measured - theory) < 0.05
    spread = x_hat.T[:, 0].var() * 2 * B / (2 + a**2)
    assert abs(spread - 1) < (0.05 if a < 2 else 0.25)  # order a^2 / B
    mask = correlation(dropout(torch.ones(draws, 2), p=0.5))
    assert abs(mask) < 0.03
    print(f"{a:3}  {b:3}  {measured:11.2f}  {theory:9.2f}  {abs(mask):7.1f}")

x = torch.randn(draws, B)
x_hat = batch_norm(x.T, None, None, training=True, eps=1e-9).T
decay = B * (1 - (x * x_hat).mean() / (x_hat**2).mean()).item()
print(f"the best gamma for the target x: 1 - {decay:.1f} / B, theory 0.75")
assert abs(decay - 0.75) < 0.2  # twice that, if the noise had no drift
x[:, 0] = 2  # one example of each batch
x_hat = batch_norm(x.T, None, None, training=True, eps=1e-9).T
drift = B * (x_hat[:, 0].mean() - 2)
assert abs(drift / (2 * (3 - 2 * 2**2) / 4) - 1) < 0.2
