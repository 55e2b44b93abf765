"""Which parameters does a filter by name leave to weight decay?"""

from torch import nn

net = nn.ModuleDict(
    {
        "LayerNorm": nn.LayerNorm(8),
        "layer_norm": nn.LayerNorm(8),
        "norm1": nn.BatchNorm1d(8),
        "dense": nn.Linear(8, 8),
        "embedding": nn.Embedding(10, 8),
    }
)
norms = nn.LayerNorm, nn.BatchNorm1d, nn.GroupNorm, nn.RMSNorm
inside = {
    f"{m}.{n}"
    for m, module in net.named_modules()
    if isinstance(module, norms)
    for n, _ in module.named_parameters(recurse=False)
}
parameters = dict(net.named_parameters())
weights = {n for n in parameters if not n.endswith("bias")}
by = {
    "name": {n for n in weights if "LayerNorm.weight" not in n},
    "shape": {n for n, p in parameters.items() if p.ndim >= 2},
    "type": weights - inside,
}
for name, decayed in by.items():
    short = sorted(n.removesuffix(".weight") for n in decayed)
    print(f"by {name:5} decays the weight of", *short)
