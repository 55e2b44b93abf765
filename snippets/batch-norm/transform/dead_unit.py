"""Can a dead unit come back through gamma and beta?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, target = torch.randn(64, 5), torch.randn(64, 1)
relu, bn = torch.nn.ReLU(), torch.nn.BatchNorm1d(3)
for order, pair in ("ReLU, BN", (relu, bn)), ("BN, ReLU", (bn, relu)):
    linear = torch.nn.Linear(5, 3)
    linear.bias.data[0] = -100.0  # unit 0 is negative on every example
    bn.reset_parameters()
    net = torch.nn.Sequential(linear, *pair, torch.nn.Linear(3, 1))
    before = [p[0].clone() for p in (linear.weight, bn.weight, bn.bias)]
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    for _ in range(200):
        loss = (net(x) - target).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    after = linear.weight[0], bn.weight[0], bn.bias[0]
    moved = [(p - q).norm() for p, q in zip(after, before, strict=True)]
    h = pair[1](pair[0](linear(x)))[:, 0]
    if order == "ReLU, BN":  # dead: no gradient but that of beta
        assert max(moved[:2]) < 1e-9 and moved[2] > 0.1
        torch.testing.assert_close(h, bn.bias[0].expand(64))
    else:
        assert min(moved) > 0.01 and h.std() > 0.01
    text = ", ".join(f"{m:.2f}" for m in moved)
    print(f"{order}: weights, gamma, beta of the unit moved by {text};")
    print(f"          its standard deviation is {h.std():.2f}")
