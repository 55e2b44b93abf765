"""Guards of what one copies from mean-field."""

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    Recurrent,
    Written,
    close,
    convolutional,
    dense,
    left_alone,
    transformer,
)

COSINES = "depth/mean-field/cosines"


@pytest.mark.parametrize(
    ("make", "shape", "calls"),
    [
        (lambda: dense(True), (6,), 1),
        (lambda: convolutional(True), (3, 8, 8), 1),
        (lambda: Recurrent(True), (4, 5), 4),
        (transformer, (4, 8), 2),
        (Written, (5,), 3),
        (lambda: nn.Sequential(nn.ReLU(True), nn.Linear(4, 4), nn.GELU()), (4,), 2),
        (lambda: nn.Linear(4, 4), (4,), 0),
    ],
)
def test_the_cosines_see_every_call_and_leave_the_network(make, shape, calls):
    cosines, model = recipe(COSINES, "cosines"), make()
    x = torch.randn(9, *shape)
    for mode in (True, False):
        model.train(mode)
        with left_alone(model, x):
            rows = cosines(model, x)
        assert len(rows) == calls
        assert all(row[1] == pytest.approx(1) for row in rows[:1])
        assert all(abs(mean) <= 1 and abs(order) <= 1 for mean, order, _ in rows)


def compares(cosines):
    """Assert: cosines and what is kept of them are those of a loop over pairs."""
    x = torch.randn(7, 3, 4)
    rows = cosines(nn.Sequential(nn.Tanh(), nn.Flatten(0, 1), nn.ReLU()), x)
    assert len(rows) == 1  # behind Flatten the first dimension counts no examples
    rows = cosines(nn.Sequential(nn.Tanh(), nn.ReLU()), x)
    pairs = [(a, b) for a in range(7) for b in range(a)]
    found = []
    for z in (x, x.tanh()):
        flat = z.flatten(1)
        found.append(
            [nn.functional.cosine_similarity(*flat[list(p)], 0) for p in pairs]
        )
    below, above = (torch.stack(row) for row in found)
    a, b = below - below.mean(), above - above.mean()
    order = a.mul(b).sum() / (a.square().sum() * b.square().sum()).sqrt()
    close(rows[0], (below.mean().item(), 1.0, x.square().mean().item()))
    size = x.tanh().square().mean().item()
    close(rows[1], (above.mean().item(), order.item(), size))


def test_the_cosines_are_those_of_a_loop_over_pairs():
    compares(recipe(COSINES, "cosines"))


@pytest.mark.parametrize(
    "change",
    [
        ("len(z), -1)", "len(z), 0)"),
        ("dim=1", "dim=0"),
        ("z.square().mean()", "z.square().sum(1).mean()"),
        ("[found[0], c]", "[found[-1], c]"),
        ("len(z) == len(inputs[0])", "len(z) > 0"),
        (".flatten(1)", ".flatten(2).mean(2)"),
    ],
)
def test_cosines_that_go_wrong_are_found(change):
    with pytest.raises((AssertionError, RuntimeError)):
        compares(recipe(COSINES, "cosines", change))
