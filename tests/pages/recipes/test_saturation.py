"""Guards of what one copies from saturation."""

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    Recurrent,
    Written,
    convolutional,
    dense,
    left_alone,
    transformer,
)

PROBE = "phenomenon/saturation/probe"


@pytest.mark.parametrize(
    ("make", "shape", "kinds"),
    [
        (lambda: dense(True), (6,), ["relu"]),
        (lambda: convolutional(True), (3, 8, 8), ["relu"]),
        (lambda: Recurrent(True), (4, 5), ["tanh"] * 4),
        (transformer, (4, 8), ["relu"] * 2),
        (Written, (5,), ["tanh", "sigmoid", "relu"]),
        (lambda: nn.Sequential(nn.ReLU(True), nn.GELU()), (4,), ["relu", "gelu"]),
        (lambda: nn.Sequential(nn.PReLU(), nn.Softplus()), (4,), ["prelu", "softplus"]),
        (lambda: nn.Sequential(nn.Mish(), nn.Hardswish()), (4,), ["mish", "hardswish"]),
    ],
)
def test_the_probe_sees_every_nonlinearity_and_leaves_the_network(make, shape, kinds):
    slopes, model = recipe(PROBE, "slopes"), make()
    x = torch.randn(9, *shape)
    for mode in (True, False):
        model.train(mode)
        with left_alone(model, x):
            found = slopes(model, x)
        assert [kind for kind, *_ in found] == kinds


def dead_channels(slopes):
    """Assert: slopes, flat shares and dead units are those of a known input."""
    x = torch.randn(50, 3, 4, 4)
    x[:, 1] = -1
    ((_, rms, share, dead),) = slopes(nn.ReLU(), x)
    positive = (x > 0).double().mean().item()
    assert rms == pytest.approx(positive**0.5)
    assert share == pytest.approx(1 - positive)
    assert dead.tolist() == [False, True, False]
    ((_, rms, share, dead),) = slopes(nn.Sigmoid(), x[:, :, 0, 0])
    slope = torch.sigmoid(x[:, :, 0, 0]) * torch.sigmoid(-x[:, :, 0, 0])
    assert rms == pytest.approx(slope.square().mean().sqrt().item())
    assert share == 0
    assert len(dead) == 3


def test_the_probe_counts_what_is_flat():
    dead_channels(recipe(PROBE, "slopes"))


def leaky(slopes):
    """Assert: torch's leaky ReLU, of slope 0.01, is not flat in any precision."""
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        x = torch.randn(50, 3).to(dtype)
        x[:, 1] = -1
        for act in (nn.LeakyReLU(), nn.functional.leaky_relu):
            ((_, _, share, dead),) = slopes(act, x)
            assert share == 0
            assert not dead.any()
        ((_, _, _, dead),) = slopes(nn.LeakyReLU(0.009), x)
        assert dead.tolist() == [False, True, False]


def test_the_probe_does_not_call_a_leaky_relu_dead():
    leaky(recipe(PROBE, "slopes"))


def test_a_probe_that_calls_a_leaky_relu_dead_is_found():
    change = ("slope.abs() < slope.new_tensor(flat)", "slope.double().abs() < flat")
    with pytest.raises(AssertionError):
        leaky(recipe(PROBE, "slopes", change))


def test_the_probe_takes_the_dimension_of_the_units():
    x = torch.randn(9, 5, 7)  # as after a Conv1d
    x[:, 2] = -1
    slopes = recipe(PROBE, "slopes")
    ((*_, dead),) = slopes(nn.ReLU(), x, unit=1)
    assert dead.tolist() == [False, False, True, False, False]
    ((*_, dead),) = slopes(nn.ReLU(), x)
    assert len(dead) == 7


@pytest.mark.parametrize(
    "change",
    [
        ("z.dim() > 3", "z.dim() > 9"),
        ("gone.mean(1) == 1", "gone.mean(1) > 0"),
        ("slope.double().square().mean().sqrt()", "slope.mean()"),
        ("slope.abs() < slope", "slope.abs() > slope"),
    ],
)
def test_a_probe_that_counts_wrong_is_found(change):
    with pytest.raises(AssertionError):
        dead_channels(recipe(PROBE, "slopes", change))
