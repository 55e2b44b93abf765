"""Can a ReLU network keep the length of every direction?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
n, networks = 300, 4
marks = (1, 2, 10)

for name in ("orthogonal", "Gaussian"):
    rows = torch.zeros(len(marks), 4)
    for _ in range(networks):
        h, jacobian, fewest = torch.randn(n), torch.eye(n), n
        for layer in range(1, 11):
            weight = torch.empty(n, n)
            if name == "orthogonal":
                torch.nn.init.orthogonal_(weight, gain=2**0.5)
            else:
                torch.nn.init.normal_(weight, std=(2 / n) ** 0.5)
            z = weight @ h
            h = torch.relu(z)
            jacobian = (z > 0)[:, None] * (weight @ jacobian)
            fewest = min(fewest, int((z > 0).sum()))
            if layer not in marks:
                continue
            squares = torch.linalg.svdvals(jacobian) ** 2
            zeros = squares < 1e-20
            assert zeros.sum() == n - fewest  # the rank, exactly
            mean = squares.mean()
            ratio = squares.square().mean() / mean**2
            excess = ratio - n / fewest  # the theorem: not below zero
            assert excess > -1e-12
            if layer == 1 and name == "orthogonal":  # all others are equal
                assert excess < 1e-12
            row = [zeros.double().mean(), mean, ratio - 1, squares[0]]
            rows[marks.index(layer)] += torch.stack(row) / networks
    step = 1 if name == "orthogonal" else 2
    for layer, (atom, mean, variance, top) in zip(marks, rows, strict=True):
        assert abs(variance / (step * layer) - 1) < 0.2
        print(
            f"{name:10} L = {layer:2} zeros {atom:.2f}, mean {mean:.1f},",
            f"var/mean^2 {variance:4.1f} (theory {step * layer:2}),",
            f"top {top:4.1f}",
        )
