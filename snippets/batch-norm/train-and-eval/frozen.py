"""What is frozen by eval(), by requires_grad_(False), and by both?"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, target = 2 + torch.randn(32, 4), torch.randn(32, 4)

print(f"{'':23} uses    running  gamma, beta")
for name in ("train()", "eval()", "requires_grad_(False)", "both"):
    norm = nn.BatchNorm1d(4, affine=True)
    first = nn.Linear(4, 4)
    norm.train(name in ("train()", "requires_grad_(False)"))
    if name in ("requires_grad_(False)", "both"):
        norm.requires_grad_(False)
    optimizer = torch.optim.SGD([*first.parameters(), *norm.parameters()], 0.1)
    before = [t.clone() for t in (norm.running_mean, norm.weight)]
    z = first(x)
    h = norm(z)
    used_batch = h.mean(0).abs().max() < 1e-9
    loss = (h - target).square().mean()
    loss.backward()
    optimizer.step()
    moved = [
        not torch.equal(a, b)
        for a, b in zip(before, (norm.running_mean, norm.weight), strict=True)
    ]
    assert used_batch == moved[0] == norm.training
    assert moved[1] == norm.weight.requires_grad
    words = ["moves" if m else "frozen" for m in moved]
    source = "batch" if used_batch else "stored"
    print(f"{name:23} {source:7} {words[0]:8} {words[1]}")
    assert first.weight.grad.abs().max() > 0  # gradients pass in every case

# With stored statistics the layer is an affine map, example by example.
norm = nn.BatchNorm1d(4).eval()
norm.running_var.fill_(7.0)
jacobian = torch.autograd.functional.jacobian(norm, x[:3]).view(12, 12)
slope = norm.weight / torch.sqrt(norm.running_var + norm.eps)
torch.testing.assert_close(
    jacobian, torch.diag(slope.repeat(3)), rtol=1e-12, atol=1e-15
)
