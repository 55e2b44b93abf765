"""What do two shifts say of a chain of two weights, and a pooled variance?"""

import torch

torch.set_default_dtype(torch.float64)
h = torch.tensor([[0.0, 10.0], [1.0, 11.0], [2.0, 12.0]])  # a column a unit
pooled, own = h.var(correction=0), h.var(0, correction=0)
print(f"variance: pooled {pooled:.2f}, of each unit {own[0]:.2f}, {own[1]:.2f}")


def loss(w1, w2):
    return (w2 * w1 * x - 3 * x).pow(2).mean() / 2


x, w1, w2 = torch.tensor([-1.0, 1.0]), torch.tensor(1.0), torch.tensor(1.0)
gradients = torch.func.grad(loss, (0, 1))
(G1, G2), s = gradients(w1, w2), (w1 * x).std(correction=0)
print(f"rate  w1   moment shift  G2 = {G2:.0f} becomes  gradient shift  loss")
for lr in (0.1, 0.5, 1.0):
    new = w1 - lr * G1  # only the first layer steps; the mean of z stays 0
    moment = ((new * x).std(correction=0) - s).abs() / s
    G2_new = gradients(new, w2)[1]
    found = torch.stack([moment, (G2_new - G2).abs() / G2.abs()])
    exact = torch.tensor([2 * lr, abs(lr - 2 * lr**2)])
    torch.testing.assert_close(found, exact, rtol=0, atol=1e-12)
    print(f"{lr:.1f}   {new:.1f}  {moment:.1f}           {G2_new:z.2f}", end="")
    print(f"            {found[1]:z.2f}            {loss(new, w2):z.2f}")
