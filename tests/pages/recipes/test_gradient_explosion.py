"""Guards of what one copies from gradient-explosion."""

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    FOUR_KINDS,
    left_alone,
)

GROWTH = "batch-norm/gradient-explosion/grad_by_depth"


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        *FOUR_KINDS.values(),
    ],
)
def test_grad_by_depth_sees_every_weight_and_leaves_the_network(make, shape):
    grad_by_depth = recipe(GROWTH, "grad_by_depth")
    x, model = torch.randn(9, *shape), make()
    frozen = next(model.parameters()).requires_grad_(False)
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 7.0)
    with left_alone(model, x):
        rows = grad_by_depth(model, lambda net: net(x).square().mean())

    frozen.requires_grad_()
    model.zero_grad()
    model(x).square().mean().backward()  # dropout draws the same numbers
    weights = {k: w for k, w in model.named_parameters() if w.dim() > 1}
    assert [name for name, *_ in rows] == list(weights)
    for name, size, relative in rows:
        exact = weights[name].grad.norm().item()
        assert size == pytest.approx(exact, rel=1e-9, abs=1e-12)
        length = weights[name].norm().item()
        assert relative == pytest.approx(exact / length, rel=1e-9, abs=1e-12)


def test_grad_by_depth_passes_over_what_the_loss_does_not_use():
    grad_by_depth = recipe(GROWTH, "grad_by_depth")
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    model.register_module("unused", nn.Linear(3, 3))
    rows = grad_by_depth(model, lambda net: net[:3](torch.ones(5, 4)).sum())
    assert [row[0] for row in rows] == ["0.weight", "2.weight"]


def test_grad_by_depth_that_leaves_gradients_is_found():
    change = ("copy.deepcopy(model)", "model")
    grad_by_depth = recipe(GROWTH, "grad_by_depth", change)
    model = nn.Sequential(nn.Linear(4, 2))
    grad_by_depth(model, lambda net: net(torch.ones(5, 4)).sum())
    assert model[0].weight.grad is not None
