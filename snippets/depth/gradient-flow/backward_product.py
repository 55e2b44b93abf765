"""Is dL/dW a sum over examples of delta times the layer's input?"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
widths = [8, 6, 5, 3]  # n_0 to n_L, so L = 3
B = 5
weights = [
    (torch.randn(m, n) / n**0.5).requires_grad_()
    for m, n in zip(widths[1:], widths[:-1], strict=True)
]
x, y = torch.randn(B, 8), torch.randn(B, 3)

z, h = [None], [x]  # z[l] and h[l] belong to layer l; one example a row
for weight in weights:
    z.append(h[-1] @ weight.T)
    h.append(torch.tanh(z[-1]))
loss = 0.5 * (h[3] - y).square().sum(1).mean()
autograd = torch.autograd.grad(loss, weights)

delta = (1 - h[3] ** 2) * (h[3] - y) / B  # the mean over examples: 1 / B
for layer in (3, 2, 1):
    per_example = [torch.outer(delta[i], h[layer - 1][i]) for i in range(B)]
    torch.testing.assert_close(
        sum(per_example), autograd[layer - 1], rtol=0, atol=1e-15
    )
    print(f"layer {layer}: sum of {B} outer products = autograd, to 1e-15")
    if layer > 1:
        delta = (1 - h[layer - 1] ** 2) * (delta @ weights[layer - 1])
