"""Where does the norm settle if every gradient is clipped to length kappa?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
n, lr, decay, kappa = 200, 0.1, 0.05, 0.5
w = torch.randn(n, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=lr, weight_decay=decay)
for _ in range(3000):
    noise = torch.randn(n)  # a random gradient at a right angle to w
    unit = w.detach() / w.detach().norm()
    g = (noise - (unit @ noise) * unit) / w.detach().norm()
    w.grad = 3 * g
    assert w.grad.norm() > kappa  # so that each step is clipped
    torch.nn.utils.clip_grad_norm_(w, kappa)
    before = w.detach().clone()
    optimizer.step()
after = w.detach()
exact = kappa * (lr / (decay * (2 - lr * decay))) ** 0.5
torch.testing.assert_close(after.norm().item(), exact, rtol=1e-5, atol=0)
cosine = (before @ after / (before.norm() * after.norm())).item()
torch.testing.assert_close(cosine, 1 - lr * decay, rtol=1e-6, atol=0)
print(f"|w| = {after.norm():.4f}, theory {exact:.4f}")
print(f"cosine of one step {cosine:.5f}, theory 1 - lr decay")
