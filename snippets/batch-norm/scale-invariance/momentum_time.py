"""Where does |w| settle with momentum, and after how many steps?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
n, lr, decay, on_sphere = 500, 0.1, 1e-3, 3.0

print("momentum   |w|^4 / theory   steps to 1/e of the gap   theory")
for m in (0.0, 0.9):
    end = lr * on_sphere**2 * (1 + m) / decay
    end /= (1 - m) * (2 * (1 + m) - lr * decay)
    time_scale = (1 - m) / (4 * lr * decay)
    w = torch.randn(n)
    w = (w * (2 * end) ** 0.25 / w.norm()).requires_grad_()
    optimizer = torch.optim.SGD([w], lr, momentum=m, weight_decay=decay)
    log = []
    for _ in range(6 * round(time_scale)):
        before = w.detach().clone()
        g = torch.randn(n)  # a new direction, at a right angle to w
        g -= (g @ before) / (before @ before) * before
        w.grad = on_sphere * g / g.norm() / before.norm()
        optimizer.step()
        log.append((before @ before) ** 2)
    q = torch.stack(log)
    steps = int((q > end + end / torch.e).sum())
    ratio = (q[len(q) // 3 * 2 :].mean() / end).item()
    assert abs(ratio - 1) < 0.05
    assert abs(steps / time_scale - 1) < 0.1
    print(f"{m:8} {ratio:16.2f} {steps:25} {time_scale:8.0f}")
