"""What do two shifts say of a chain of two weights, and a pooled variance?"""

import torch

torch.set_default_dtype(torch.float64)
h = torch.tensor([[0.0, 10.0], [1.0, 11.0], [2.0, 12.0]])  # a column a unit
print(f"pooled variance {h.var(correction=0):.2f}")
x, w1, w2 = torch.tensor([-1.0, 1.0]), torch.tensor(1.0), torch.tensor(1.0)


def loss(w1, w2):
    return (w2 * w1 * x - 3 * x).pow(2).mean() / 2


G1, G2 = torch.func.grad(loss, (0, 1))(w1, w2)
print(f"rate  moment shift  G2 = {G2:.0f} becomes  gradient shift  loss")
for lr in (0.1, 0.5, 1.0):
    new = w1 - lr * G1  # only the first layer steps; the mean of z stays 0
    moment = (new * x).std(correction=0) / (w1 * x).std(correction=0) - 1
    after = torch.func.grad(loss, 1)(new, w2)
    found = torch.stack([moment, after / G2 - 1, loss(new, w2)])
    exact = torch.tensor([2 * lr, lr - 2 * lr**2, 2 * (1 - lr) ** 2])
    torch.testing.assert_close(found, exact, rtol=0, atol=1e-12)
    print(f"{lr:3.1f}   {moment:3.1f} {after:z15.2f}", end=" ")
    print(f"{found[1].abs():z15.2f} {found[2]:z15.2f}")
