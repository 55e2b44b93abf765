"""Guards of what one copies from batch-size."""

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import NETWORKS, SHAPES, left_alone, transformer

COMPANY = "batch-norm/batch-size/company"


def kept(company, make, shape):
    """Return what company finds; assert that it leaves all as it was."""
    model, x = make(), torch.randn(40, *shape)
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    for part in list(model.modules())[::2]:
        part.training = False
    with left_alone(model, x):
        return [company(model, x, B) for B in (2, 5)]


@pytest.mark.parametrize(("make", "affine"), NETWORKS)
def test_company_counts_in_every_batch_norm(make, affine):
    company = recipe(COMPANY, "company")
    two, five = kept(company, lambda: make(affine), SHAPES[make])
    assert 0.01 < five < two


@pytest.mark.parametrize("make", [transformer, lambda: nn.Dropout(0.5)])
def test_company_is_nothing_without_batch_norm(make):
    company = recipe(COMPANY, "company")
    assert max(kept(company, make, (4, 8))) < 1e-6


def noise_of_a_layer(company):
    """Assert: the noise of one layer is that of the formula, of a frozen one none."""
    x = torch.randn(3200, 30)
    norm = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(30)).eval()
    for B in (50, 200):
        assert company(norm, x, B) == pytest.approx((1.5 / B) ** 0.5, rel=0.06)
    assert company(nn.LayerNorm(30), x, 50) < 1e-6


def test_company_is_what_the_formula_says_of_one_layer():
    noise_of_a_layer(recipe(COMPANY, "company"))


def test_company_wants_enough_examples():
    company = recipe(COMPANY, "company")
    with pytest.raises(AssertionError, match="the same"):
        company(nn.BatchNorm1d(3), torch.randn(15, 3), 2)


@pytest.mark.parametrize(
    "change",
    [
        ("norm.train()", "norm.eval()"),
        ("y[order.argsort()]", "y"),
        ("runs.var(0).mean()", "runs.var(0).mean() / 2"),
        (".eval()", ".train()"),
    ],
)
def test_a_company_that_is_counted_wrong_is_found(change):
    with pytest.raises(AssertionError):
        noise_of_a_layer(recipe(COMPANY, "company", change))
