"""Which surprises does a layer in the wrong mode hold?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = 4 + 3 * torch.randn(8, 5)
norm = nn.BatchNorm1d(5)

fresh = norm.eval()(x)  # before any training step: mean 0, variance 1
torch.testing.assert_close(
    fresh, x / (1 + norm.eps) ** 0.5, rtol=1e-12, atol=0
)
print("never trained, in evaluation: the identity, up to eps")

norm.train()
with torch.no_grad():
    norm(x)
assert norm.num_batches_tracked == 1
assert norm.running_mean.abs().min() > 0
print("training mode under no_grad: the running statistics still move")

alone = norm(x)[0]
company = norm(torch.cat([x[:1], 10 * x[1:]]))[0]
assert (alone - company).abs().max() > 0.1
print("eval() forgotten: an output depends on the rest of its batch")

try:
    norm(x[:1])
except ValueError as error:
    print("a batch of one, in training:", str(error)[:44], "...")
norm.eval()
torch.testing.assert_close(norm(x[:1]), norm(x)[:1], rtol=0, atol=1e-12)
print("a batch of one, in evaluation: as in any batch")

free = nn.BatchNorm1d(5, track_running_stats=False)
torch.testing.assert_close(free.eval()(x), free.train()(x), rtol=0, atol=0)
assert free.running_mean is None
print("track_running_stats=False: evaluation uses the batch, too")

late = nn.BatchNorm1d(5)
late.track_running_stats = False  # set afterwards: the buffers are there
late.eval()
torch.testing.assert_close(late(x), fresh, rtol=0, atol=0)
print("the flag set after construction: evaluation still uses the buffers")
