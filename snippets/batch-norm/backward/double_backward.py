"""Can the gradient of batch normalisation be differentiated again?"""

import torch
from torch.autograd import gradcheck, gradgradcheck
from torch.nn.functional import batch_norm

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
mean, var = torch.randn(3), torch.rand(3) + 0.5

for shape in (5, 3), (2, 3, 2, 2):
    inputs = [torch.randn(size, requires_grad=True) for size in (shape, 3, 3)]
    for training in True, False:

        def layer(x, gamma, beta, training=training):
            stored = (None, None) if training else (mean, var)
            return batch_norm(x, *stored, gamma, beta, training, eps=1e-3)

        first = gradcheck(layer, inputs)
        second = gradgradcheck(layer, inputs)
        print(f"{shape}, training {training}: {first}, {second}")

# In evaluation the second derivative in x is zero, in training it is not.
x = torch.randn(5, 3)
gamma = torch.ones(3)
for training in True, False:

    def summed(x, training=training):
        stored = (None, None) if training else (mean, var)
        y = batch_norm(x, *stored, gamma, None, training, eps=1e-3)
        return y[0].sum()

    hessian = torch.autograd.functional.hessian(summed, x)
    zero = bool((hessian.abs() < 1e-12).all())
    print(f"training {training}: second derivative is zero: {zero}")
    assert zero is not training
