"""Where does a normaliser written in half precision break?"""

import torch
from torch import nn


def standardise(x, eps):
    mean = x.mean(0)
    var = (x - mean).square().mean(0)
    return (x - mean) / torch.sqrt(var + eps)


x = torch.tensor([-300.0, -100.0, 100.0, 300.0])
print("float32 ", *(f"{v:6.2f}" for v in standardise(x, 1e-5)))
print("float16 ", *(f"{v:6.2f}" for v in standardise(x.half(), 1e-5)))
print("bfloat16", *(f"{v:6.2f}" for v in standardise(x.bfloat16(), 1e-5)))
constant = torch.ones(4)
for eps in 1e-5, 1e-7, 1e-8:
    stored = torch.tensor(eps, dtype=torch.float16)
    y = standardise(constant.half(), stored)
    print(f"eps {eps:.0e}: float16 holds {float(stored):.0e}, ", end="")
    print(f"a constant unit gives {y[0]:.0f}")
for std in 300, 500, 900:
    norm, batches = nn.BatchNorm1d(1).half(), 0
    pair = torch.tensor([[-std], [std]], dtype=torch.float16)
    while norm.running_var.isfinite():
        y, batches = norm(pair.repeat(2048, 1)), batches + 1
    assert y.isfinite().all()  # in training all looks well
    print(f"std {std}: store inf after batch {batches}")
