"""Guards of what one copies from backward."""

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import close


def backward_agrees(bn_backward, shape):
    """Check a backward pass against autograd through the layer of torch."""
    x, dy = torch.randn(2, *shape)
    x = x.requires_grad_()
    gamma, beta = torch.randn(2, shape[1]).requires_grad_()
    y = nn.functional.batch_norm(x, None, None, gamma, beta, True, eps=1e-3)
    exact = torch.autograd.grad(y, (x, gamma), dy)
    with torch.no_grad():
        dx, dgamma, dbeta = bn_backward(x, gamma, dy, eps=1e-3)
    close((dx, dgamma, dbeta), (*exact, dy.transpose(0, 1).flatten(1).sum(1)))


# A batch of vectors, sequences, images and volumes; of one example; of two values.
BATCHES = [(9, 4), (3, 4, 5), (3, 4, 5, 2), (2, 4, 3, 2, 2), (1, 4, 6), (2, 4)]


@pytest.mark.parametrize("shape", BATCHES)
def test_the_backward_pass_is_that_of_torch(shape):
    backward_agrees(recipe("batch-norm/backward/bn_backward", "bn_backward"), shape)


@pytest.mark.parametrize(
    "change",
    [
        ("range(2, x.dim())", "range(3, x.dim())"),
        ("correction=0", "correction=1"),
        ("+ x_hat * dgamma", "- x_hat * dgamma"),
        ("x.numel() / x.shape[1]", "x.shape[0]"),
    ],
)
def test_a_backward_pass_that_is_wrong_is_found(change):
    wrong = recipe("batch-norm/backward/bn_backward", "bn_backward", change)
    with pytest.raises((AssertionError, RuntimeError)):
        backward_agrees(wrong, (3, 4, 5, 2))
