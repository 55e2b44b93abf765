"""Where are gradients large before any training: pre-LN or post-LN?"""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
width, depth = 64, 24


class Block(nn.Module):
    def __init__(self, pre):
        super().__init__()
        self.pre, self.norm = pre, nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 256), nn.Linear(256, width)
        nn.init.xavier_normal_(self.up.weight)
        nn.init.xavier_normal_(self.down.weight)

    def forward(self, x):
        branch = self.down(self.up(self.norm(x) if self.pre else x).relu())
        return x + branch if self.pre else self.norm(x + branch)


print("gradient of the last matrix of block 1, 8, 16, 24 (five seeds)")
for pre in False, True:
    sizes = []
    for seed in range(5):
        torch.manual_seed(seed)
        blocks = nn.Sequential(*(Block(pre) for _ in range(depth)))
        last = nn.LayerNorm(width) if pre else nn.Identity()
        net = nn.Sequential(blocks, last, nn.Linear(width, 10))
        logits = net(torch.randn(256, width))
        cross_entropy(logits, torch.arange(256) % 10).backward()
        sizes.append(
            [blocks[i].down.weight.grad.norm() for i in (0, 7, 15, 23)]
        )
    mean = torch.tensor(sizes).log().mean(0).exp().tolist()
    print("pre-LN " if pre else "post-LN", *(f"{s:5.2f}" for s in mean))
