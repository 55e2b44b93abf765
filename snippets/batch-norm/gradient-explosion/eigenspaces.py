"""Which part of the gradient's covariance sets the rate?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, samples = 8, 60_000
P = torch.eye(B) - 1 / B
u = torch.nn.functional.normalize(torch.randn(samples, B) @ P)
x = B**0.5 * u  # what batch normalisation makes of Gaussians

a = torch.zeros(B)
a[:2] = torch.tensor([1.0, -1.0])
b = torch.zeros(B)
b[2:4] = torch.tensor([1.0, -1.0])
parts = {
    "size (trace)": P,
    "examples differ": P @ a.diag() @ P,
    "pairs differ": torch.outer(a, b) + torch.outer(b, a),
}
exact = {"relu": 1.78819, "tanh": 1.35855}  # from any_activation.py
for name, rate in exact.items():
    phi = getattr(torch, name)
    inputs = x.clone().requires_grad_()
    h = phi(inputs)
    (slope,) = torch.autograd.grad(h.sum(), inputs)
    kappa = (h @ P).square().sum(1).mean() / (B - 1)
    jacobian = P - u[:, :, None] * u[:, None, :]
    back = jacobian * slope[:, None, :]  # (P - u u^T) D for each batch
    print(name)
    for part, matrix in parts.items():
        image = torch.einsum("sij,jk,slk->il", back, matrix, back) / samples
        image = image * B / ((B - 3) * kappa)
        value = (image * matrix).sum() / (matrix * matrix).sum()
        trace = image.trace() / matrix.norm()
        if part == "size (trace)":
            assert abs(value / rate - 1) < 0.02
            assert (image - value * P).abs().max() < 0.05
        else:
            assert abs(trace) < 0.05
        print(f"  eigenvalue, {part:16} {value:6.2f}")
