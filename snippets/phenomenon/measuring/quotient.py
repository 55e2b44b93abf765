"""Which learning rates make the interaction of layers a gauge invariant?"""

import torch
from torch.autograd.functional import jvp

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y, lr = torch.randn(50, 4), torch.randn(50, 2), 0.01
weight1, weight2 = torch.randn(8, 4), torch.randn(2, 8)


def loss(u, v):
    return (torch.relu(x @ u.T) @ v.T - y).pow(2).mean()


def report(u, v, by_layer):
    """Gain to first order, interaction of the layers, loss that was lost."""
    G1, G2 = torch.func.grad(loss, (0, 1))(u, v)
    d1, d2 = lr * G1, lr * G2
    if by_layer:  # steps as long as lr times the weights
        d1, d2 = d1 * u.norm() / G1.norm(), d2 * v.norm() / G2.norm()
    upper = torch.func.grad(loss, 1)
    H_d1 = jvp(lambda u: upper(u, v), u, d1)[1]
    gain = (d1 * G1).sum() + (d2 * G2).sum()
    return torch.stack(
        [gain, (d2 * H_d1).sum(), loss(u, v) - loss(u - d1, v - d2)]
    )


print("rates      a      gain   interaction   quotient   loss falls by")
for by_layer in False, True:
    rows = []
    for a in (0.5, 1.0, 2.0):
        rows.append(report(weight1 * a, weight2 / a, by_layer))
        gain, interaction, fall = rows[-1].tolist()
        print(
            f"{'by layer' if by_layer else 'one':8} {a:4} {gain:9.4f}", end=""
        )
        print(f"{interaction:14.4f} {interaction / gain:10.4f} {fall:15.4f}")
    same = [(row - rows[0]).abs().max() < 1e-12 for row in rows]
    assert all(same) == by_layer
    assert abs(rows[0][1] - rows[2][1]) < 1e-12  # with both
