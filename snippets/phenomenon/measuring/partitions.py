"""Is the mean of batch variances right on average over shuffles?"""

from itertools import permutations

import torch

torch.set_default_dtype(torch.float64)
h = torch.tensor([1.0, 2.0, 4.0, 7.0, 11.0, 16.0])
orders = torch.tensor(list(permutations(range(6))))  # all 720
batches = h[orders].view(720, 3, 2)  # three batches of two

unbiased = batches.var(2).mean()
biased = batches.var(2, correction=0).mean()
torch.testing.assert_close(unbiased, h.var(), rtol=0, atol=1e-12)
torch.testing.assert_close(biased, h.var() / 2, rtol=0, atol=1e-12)
print(f"whole {h.var():.4f}, all orders {unbiased:.4f}, ", end="")
print(f"sorted {h.view(3, 2).var(1).mean():.4f}")
