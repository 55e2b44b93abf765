"""By which angle does a step turn w in equilibrium, with momentum?"""

import torch
from torch.nn.functional import cosine_similarity, cross_entropy

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(1000, 10), torch.randint(3, (1000,))
start, output = torch.randn(10, 8), torch.randn(8, 3)
lr, decay, steps = 0.2, 0.11, 1200

print("momentum   angle of a step   theory   |w|^4 / theory   cos(v, g)")
for m in (0.0, 0.5, 0.9):
    w = start.clone().requires_grad_()
    optimizer = torch.optim.SGD([w], lr, momentum=m, weight_decay=decay)
    log = []
    for i in torch.randint(1000, (steps, 20)):
        z = x[i] @ w
        x_hat = (z - z.mean(0)) / z.std(0, correction=0)  # BN with eps = 0
        optimizer.zero_grad()
        buffer = optimizer.state[w].get("momentum_buffer")
        old = w.detach() if buffer is None else buffer.clone()
        cross_entropy(torch.tanh(x_hat) @ output, y[i]).backward()
        before = w.detach().clone()
        optimizer.step()
        chord = before - w.detach()
        norm = before.square().sum()
        sphere = norm * w.grad.square().sum()
        agree = cosine_similarity(old.flatten(), w.grad.flatten(), 0)
        log.append([norm, chord.square().sum(), norm**2, sphere, agree])
    late = torch.tensor(log)[steps // 4 :]  # in balance
    norm, chord, fourth, sphere, agree = late.mean(0)
    cosine = 1 - chord / (2 * norm)
    exact = torch.tensor(1 - lr * decay / (1 + m))
    assert abs((1 - cosine) / (1 - exact) - 1) < 0.03
    theory = lr * sphere * (1 + m) / (decay * (1 - m))
    ratio = fourth / theory * (2 * (1 + m) - lr * decay)
    assert abs(ratio - 1) < (0.25 if m else 0.02)
    print(f"{m:8} {torch.acos(cosine):17.2f} {torch.acos(exact):8.2f}", end="")
    print(f"{ratio:17.1f}{agree:12.2f}" if m else f"{ratio:17.1f}")
