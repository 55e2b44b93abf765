"""How does the effective number of directions fall from layer to layer?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
depth, marks, draws = 20, (1, 2, 5, 10, 20), 10


def effective(jacobian):
    """Return the effective number of directions."""
    squares = torch.linalg.svdvals(jacobian) ** 2
    return squares.sum() ** 2 / squares.square().sum()


print("layer l     " + "".join(f"{layer:7}" for layer in marks))
for n in (32, 128):
    row = torch.zeros(len(marks))
    for _ in range(draws):
        h, jacobian = torch.randn(n), torch.eye(n)
        for layer in range(1, depth + 1):
            weight = torch.randn(n, n) * (2 / n) ** 0.5
            h = torch.relu(weight @ h)
            jacobian = (h > 0)[:, None] * (weight @ jacobian)
            if layer in marks:
                row[marks.index(layer)] += effective(jacobian) / draws
    theory = n / (2 * torch.tensor(marks) + 1)
    assert (abs(row / theory - 1)[: 2 + (n > 99)] < 0.15).all()
    print(f"n = {n:3}     " + "".join(f"{v:7.1f}" for v in row))
    print("n / (2 l + 1)" + "".join(f"{v:6.1f} " for v in theory))
