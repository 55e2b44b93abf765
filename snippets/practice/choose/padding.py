"""What does padding do to the statistics of short sequences?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, T, units = 8, 50, 4
length = torch.randint(5, T + 1, (B,))
real = torch.arange(T) < length[:, None]
x = 3 + torch.randn(B, T, units)
x = torch.where(real[..., None], x, 0.0)  # zeros behind the end


def batch_norm(x, mask):
    """Normalise the positions of the mask by their own statistics."""
    var, mean = torch.var_mean(x[mask], 0, correction=0)
    return (x - mean) / torch.sqrt(var + 1e-5)


everything = torch.ones(B, T, dtype=torch.bool)
theirs = torch.nn.functional.batch_norm(x.mT, None, None, training=True)
ours = batch_norm(x, everything)
torch.testing.assert_close(ours, theirs.mT, rtol=0, atol=1e-12)
print("statistics of    mean   deviation   moved by more padding")
for name, mask in ("all positions", everything), ("the mask", real):
    y = batch_norm(x, mask)[real]
    longer = torch.cat([x, torch.zeros(B, T, units)], 1)
    more = torch.cat([mask, torch.full((B, T), name != "the mask")], 1)
    moved = (batch_norm(longer, more)[:, :T] - batch_norm(x, mask)).abs().max()
    print(f"{name:13} {y.mean().abs():7.2f} {y.std():11.2f} {moved:19.2f}")
assert moved < 1e-12
torch.testing.assert_close(y.mean(0), torch.zeros(units), rtol=0, atol=1e-12)
tokens = torch.nn.functional.layer_norm(longer, (units,))[:, :T]
assert torch.equal(tokens, torch.nn.functional.layer_norm(x, (units,)))
print("layer norm of each token: padding moves nothing")
