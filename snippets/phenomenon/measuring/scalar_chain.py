"""What is the gradient shift of a chain of two scalar weights, exactly?"""

import torch

torch.set_default_dtype(torch.float64)
x, y, lr = 1.5, 2.0, 0.1
w1 = torch.tensor(0.8, requires_grad=True)
w2 = torch.tensor(0.5, requires_grad=True)


def gradients(w1, w2):
    return torch.autograd.grad((w2 * w1 * x - y) ** 2 / 2, (w1, w2))


G1, G2 = gradients(w1, w2)
measured = gradients(w1 - lr * G1, w2)[1] - G2
r = w2 * w1 * x - y
H21 = x * r + w1 * w2 * x**2
exact = -lr * H21 * G1 + lr**2 * w2 * x**2 * G1**2
torch.testing.assert_close(measured, exact, rtol=0, atol=1e-12)
print(
    f"G2 = {G2:.4f}, moves by {measured:.4f}, first order {-lr * H21 * G1:.4f}"
)
