"""One batch overflows, and its step is skipped. Is the network safe?"""

import torch
from torch import nn
from torch.nn.functional import mse_loss

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.randn(64, 4), torch.randn(64, 1)
for guard in False, True:
    net = nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1)
    )
    optimizer = torch.optim.SGD(net.parameters(), 0.05)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024)
    for i in range(50):
        batch = x.clone()
        if i == 25:
            batch[0, 0] = float("inf")  # an overflow in the layer below
        saved = [b.clone() for b in net.buffers()]
        optimizer.zero_grad()
        scaler.scale(mse_loss(net(batch), y)).backward()
        scale = scaler.get_scale()
        scaler.step(optimizer)  # does nothing if a gradient is not finite
        scaler.update()
        if guard and scaler.get_scale() < scale:  # the step was skipped
            for b, old in zip(net.buffers(), saved, strict=True):
                b.copy_(old)
    assert all(p.isfinite().all() for p in net.parameters())
    train = mse_loss(net(x), y).item()
    test = mse_loss(net.eval()(x), y).item()
    print("statistics restored" if guard else "as it is           ", end=": ")
    print(f"weights finite, loss {train:.1f} in training,", end=" ")
    print(f"{test:.1f} in evaluation")
