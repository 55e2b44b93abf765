"""Guards of what one copies from scale-invariance."""

import copy
from functools import partial

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    FOUR_KINDS,
    OPTIMIZERS,
    close,
    dense,
    left_alone,
    of_two_inputs,
)

TURNING = "batch-norm/scale-invariance/turning"


BEFORE_NORM = ("0.0.weight", "1.0.weight", "inner.0.weight")


def turns(turning, kind, optimizer):
    """Assert: rows are those of a step that is really taken, and nothing is changed."""
    make, shape = FOUR_KINDS[kind]
    model, x = make(), torch.randn(23, *shape)
    optimizer = OPTIMIZERS[optimizer](model.parameters())

    def loss_of(net):
        return net(x).sin().sum(-1).square().mean()

    loss_of(model).backward()
    optimizer.step()  # so that there is a momentum
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    state = copy.deepcopy(optimizer.state_dict())
    with left_alone(model, x):
        rows = turning(model, optimizer, loss_of)
    close(optimizer.state_dict(), state)
    assert all(type(value) is float for row in rows for value in row[1:])

    weights = {k: w for k, w in model.named_parameters() if w.dim() > 1}
    assert [row[0] for row in rows] == list(weights)
    torch.manual_seed(0)
    start, changes = loss_of(copy.deepcopy(model)).item(), []
    for name in weights:
        other = copy.deepcopy(model)
        other.get_parameter(name).data.mul_(2)
        torch.manual_seed(0)
        changes.append(abs(loss_of(other).item() - start) / start)
    before = {k: w.detach().clone() for k, w in weights.items()}
    optimizer.zero_grad()
    torch.manual_seed(0)
    loss_of(model).backward()
    optimizer.step()
    lr = optimizer.param_groups[0]["lr"]
    power = 2 if isinstance(optimizer, torch.optim.SGD) else 1
    for (name, change, norm, rate, turn), exact in zip(rows, changes, strict=True):
        old, new = before[name].flatten(), weights[name].detach().flatten()
        close([change, norm], [exact, old.norm().item()])
        assert rate == pytest.approx(lr / norm**power)
        sine = new / new.norm() - (new @ old) / (new.norm() * old.norm() ** 2) * old
        angle = torch.atan2(sine.norm(), new @ old / (new.norm() * old.norm()))
        assert turn == pytest.approx(angle.rad2deg().item(), rel=1e-6, abs=1e-6)
    return {name: change for name, change, *_ in rows}


@pytest.mark.parametrize("kind", FOUR_KINDS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_turning_is_that_of_the_next_step_and_takes_none(kind, optimizer):
    changes = turns(recipe(TURNING, "turning"), kind, optimizer)
    for name, change in changes.items():
        if name in BEFORE_NORM:
            assert change < 1e-3
        elif kind != "transformer":
            assert change > 1e-2


def test_turning_refuses_a_loss_of_another_model():
    model, x = dense(True), torch.randn(23, 6)
    optimizer = OPTIMIZERS["sgd"](model.parameters())
    with pytest.raises(ValueError, match="must use the model"):
        recipe(TURNING, "turning")(model, optimizer, lambda _: model(x).sum())


def test_turning_takes_shared_frozen_and_half_precision_weights():
    turning = recipe(TURNING, "turning")
    layer = nn.Linear(6, 6)
    model = nn.Sequential(layer, nn.Tanh(), layer, nn.LayerNorm(6), nn.Linear(6, 2))
    model[4].requires_grad_(False)
    for dtype in (torch.float32, torch.bfloat16):
        model.to(dtype)
        optimizer = torch.optim.SGD(layer.parameters(), 0.1)
        x, other = torch.randn(2, 9, 6).to(dtype)
        with left_alone(model, x, other):
            loss_of = partial(of_two_inputs, x=x, other=other)
            rows = turning(model, optimizer, loss_of)
        (first, _, norm, rate, turn), (last, *_, none, still) = rows
        assert (first, last) == ("0.weight", "4.weight")
        assert rate == pytest.approx(0.1 / norm**2)
        assert turn > 0.01
        assert none == still == 0


@pytest.mark.parametrize(
    "change",
    [
        ("copy.deepcopy((model, optimizer))", "model, optimizer"),
        ("change[w] = abs", "change[w] = -abs"),
        ("loss().item() / start.item() - 1", "loss().item() - start.item()"),
        ("w.data.div_(2)", "pass"),
        ("torch.random.fork_rng()", "torch.enable_grad()"),
        ("norm**power", "norm"),
        ("torch.asin(chord / 2)", "torch.asin(chord)"),
        ("torch.manual_seed(0)  # the same dropout each time", "pass"),
    ],
)
def test_a_turning_that_goes_wrong_is_found(change):
    turning = recipe(TURNING, "turning", change)
    with pytest.raises((AssertionError, RuntimeError)):
        turns(turning, "transformer", "sgd")
