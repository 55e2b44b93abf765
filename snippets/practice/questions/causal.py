"""Which normaliser lets a token see the future, or another sequence?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, T, C = 4, 6, 8
x = torch.randn(B, T, C)
later, other = x.clone(), x.clone()
later[0, -1] += 3  # the last token of sequence 0
other[1] += torch.randn(T, C)  # all of sequence 1


class Swap(nn.Module):  # torch keeps the features of a sequence in the middle
    def __init__(self, norm):
        super().__init__()
        self.norm = norm

    def forward(self, x):
        return self.norm(x.transpose(1, 2)).transpose(1, 2)


layers = {
    "batch norm": Swap(nn.BatchNorm1d(C)),
    "instance norm": Swap(nn.InstanceNorm1d(C)),
    "layer norm over (T, C)": nn.LayerNorm((T, C)),
    "layer norm of each token": nn.LayerNorm(C),
    "RMSNorm of each token": nn.RMSNorm(C),
}
print("token 0 of sequence 0 moves:     its future   sequence 1")
for name, norm in layers.items():
    first = norm(x)[0, 0]
    moves = [
        (norm(z)[0, 0] - first).abs().max() > 1e-12 for z in (later, other)
    ]
    print(f"{name:30}", *(f"{'yes' if m else 'no':>12}" for m in moves))
