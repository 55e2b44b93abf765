"""What does each layer pool, learn and remember on the same images?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x = 2 * torch.randn(8, 32, 14, 14) + 1  # 8 images, 32 channels, 14 x 14


class TokenNorm(nn.Module):  # normalises the channels of each position
    def __init__(self, norm):
        super().__init__()
        self.norm = norm

    def forward(self, x):
        return self.norm(x.movedim(1, -1)).movedim(-1, 1)


layers = {
    "BatchNorm2d(32)": nn.BatchNorm2d(32),
    "GroupNorm(8, 32)": nn.GroupNorm(8, 32),
    "InstanceNorm2d(32)": nn.InstanceNorm2d(32),
    "LayerNorm(32)": TokenNorm(nn.LayerNorm(32)),
    "RMSNorm(32)": TokenNorm(nn.RMSNorm(32)),
}
print("layer               pools  learns  remembers  eval=train  alone=batch")
for name, layer in layers.items():
    probe = x.clone().requires_grad_()
    layer(probe)[0, 0, 0, 0].backward()
    pools = (probe.grad.abs() > 1e-9).sum().item()
    learns = sum(p.numel() for p in layer.parameters())
    remembers = sum(b.numel() for b in layer.buffers() if b.dim())
    train = layer(x)
    assert train.shape == x.shape
    alone = torch.allclose(layer(x[:1]), train[:1], rtol=0, atol=1e-9)
    same = torch.allclose(layer.eval()(x), train, rtol=0, atol=1e-9)
    same, alone = ["yes" if answer else "no" for answer in (same, alone)]
    print(f"{name:18} {pools:6} {learns:7} {remembers:10}", end="")
    print(f" {same:>11} {alone:>12}")
