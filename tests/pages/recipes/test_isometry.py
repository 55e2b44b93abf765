"""Guards of what one copies from isometry."""

import copy

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    Recurrent,
    close,
    convolutional,
    dense,
    left_alone,
    transformer,
)

DIRECTIONS = "depth/isometry/directions"


PLACES = {
    "dense": (lambda: dense(True), (9, 6), ["", "0.0"]),
    "convolutional": (lambda: convolutional(True), (5, 3, 8, 8), ["", "0.0"]),
    "in place": (
        lambda: nn.Sequential(nn.Linear(6, 5), nn.ReLU(inplace=True), nn.Dropout()),
        (9, 6),
        ["", "0"],
    ),
    "recurrent": (lambda: Recurrent(True), (9, 4, 5), ["", "inner.0"]),
    "transformer": (transformer, (3, 4, 8), ["", "layers.0.linear1"]),
    "one example": (lambda: nn.Linear(4, 7), (1, 4), [""]),
}


def counts(directions, kind):
    """Assert: the numbers are those of the Jacobian, and nothing is changed."""
    make, shape, layers = PLACES[kind]
    model, x = make(), torch.randn(shape)
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    for layer, mode in [(layer, mode) for layer in layers for mode in (True, False)]:
        model.train(mode)
        rng = torch.get_rng_state()
        with left_alone(model, x):
            row = directions(model, x, layer)

        other, found = copy.deepcopy(model), {}
        other.get_submodule(layer).register_forward_hook(
            lambda m, _, z, found=found: found.update(z=z.clone())
        )
        leaf = x.clone().requires_grad_()
        other(leaf + 0)
        torch.set_rng_state(rng)
        rows = [
            torch.autograd.grad(value, leaf, retain_graph=True)[0][0].flatten()
            for value in found["z"][0].flatten()
        ]
        s = torch.linalg.svdvals(torch.stack(rows))
        squares = s.square()
        effective = squares.sum() ** 2 / squares.square().sum()
        rms = squares.mean().sqrt()
        close(row, [v.item() for v in (effective, rms, s[0], s.median())])


@pytest.mark.parametrize("kind", PLACES)
def test_directions_are_counted_and_the_network_is_left_alone(kind):
    counts(recipe(DIRECTIONS, "directions"), kind)


def test_directions_of_equal_stretch_are_all_counted():
    directions, layer = recipe(DIRECTIONS, "directions"), nn.Linear(6, 6)
    nn.init.orthogonal_(layer.weight, gain=3)
    close(directions(layer, torch.randn(2, 6)), [6.0, 3.0, 3.0, 3.0])
    layer.weight.data[4:] = 0
    assert directions(layer.float(), torch.randn(2, 6).float())[0] == pytest.approx(4)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("dense", ("copy.deepcopy(model)", "model")),
        ("in place", ("z[0].clone()", "z[0]")),
        ("in place", ("torch.random.fork_rng()", "torch.enable_grad()")),
        ("dense", ("model(torch.cat([first[None], x[1:]]))", "model(first[None])")),
        ("convolutional", ("squares.square().sum()", "squares.sum()")),
    ],
)
def test_a_count_that_goes_wrong_is_found(kind, change):
    with pytest.raises((AssertionError, RuntimeError, ValueError)):
        counts(recipe(DIRECTIONS, "directions", change), kind)
