"""Guards of what one copies from covariate-shift."""

import math

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    FOUR_KINDS,
    close,
    left_alone,
)

SHIFT = "phenomenon/covariate-shift/shift"


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        *FOUR_KINDS.values(),
        (lambda: nn.Sequential(nn.ReLU(inplace=True), nn.Linear(4, 3)), (4,)),
        (lambda: nn.Sequential(nn.Dropout(), nn.Linear(4, 3)).bfloat16(), (4,)),
        (lambda: nn.Bilinear(4, 4, 3), (4,)),
    ],
)
def test_shift_tells_data_apart_and_leaves_the_network(make, shape):
    shift, model = recipe(SHIFT, "shift"), make()
    kind = next(model.parameters()).dtype
    x, same, moved = (torch.randn(200, *shape).to(kind) for _ in range(3))
    moved = moved + 1
    held, same, moved = (
        [(part, part) if isinstance(model, nn.Bilinear) else (part,) for part in parts]
        for parts in (x.split(64), same.split(64), moved.split(90))
    )
    for mode in (True, False):
        model.train(mode)
        with left_alone(model, *(t for batch in held + moved for t in batch)):
            auc, share, w, foreign = shift(model, held, moved)
        assert 0.6 < auc <= 1
        assert 0 < share <= 1
        assert w.shape == (200,)
        assert foreign.sort()[0].equal(torch.arange(200))
        with left_alone(model):
            again = shift(model, held, same)
        assert 0.4 < again[0] < 0.6 < 0.05 + auc
        assert shift(model, held, same)[0] == again[0]


def normal(shift):
    """Assert: AUC, share, weights and order of normal inputs are the exact ones."""
    mu, n, m = torch.tensor([0.6, 0.0, -0.8]), 40_000, 20_000
    x, use = torch.randn(n, 3), torch.randn(m, 3) + mu
    auc, share, w, foreign = shift(nn.Identity(), [(x,)], [(use,)])
    assert auc == pytest.approx(0.5 + 0.5 * math.erf(1 / 2), abs=0.01)
    assert share == pytest.approx(math.exp(-1), rel=0.1)
    assert share == pytest.approx((w.sum() ** 2 / w.square().sum()).item() / n)
    gap = (w.log() - (x @ mu - 0.5)).abs()
    assert gap.mean() < 0.05  # and so the logarithm of the ratio is this one
    order = use[foreign] @ mu
    assert order[:1000].mean() > 2 > -0.5 > order[-1000:].mean()
    flat = torch.ones(30, 2)
    auc, share, w, _ = shift(nn.Identity(), [(flat,)], [(flat[:20],)])
    assert auc == 0.5
    assert share == pytest.approx(1)
    close(w, torch.ones(30))


def test_shift_finds_the_ratio_of_two_normal_densities():
    normal(recipe(SHIFT, "shift"))


def test_shift_judges_no_input_that_it_has_fitted():
    shift = recipe(SHIFT, "shift")  # 80 coefficients, 100 inputs, nothing to find
    data = [[(torch.randn(50, 80),)] for _ in range(2)]
    assert shift(nn.Identity(), *data)[0] < 0.7


@pytest.mark.parametrize(
    "change",
    [
        ("* n / m", ""),
        ("torch.bucketize(new, old) + ", "2 * "),
        ("(2 * n)", "(2 * m)"),
        ("w.mean() ** 2", "w.mean()"),
        ("descending=True", "descending=False"),
        ("range(300)", "range(1)"),
        ("ridge[0, 0] = 0", "ridge *= 1e4"),
    ],
)
def test_a_shift_that_goes_wrong_is_found(change):
    with pytest.raises(AssertionError):
        normal(recipe(SHIFT, "shift", change))


def test_a_shift_that_judges_what_it_has_fitted_is_found():
    shift = recipe(SHIFT, "shift", ("score[~fit] = x[~fit]", "score[fit] = x[fit]"))
    data = [[(torch.randn(50, 80),)] for _ in range(2)]
    assert shift(nn.Identity(), *data)[0] > 0.7
