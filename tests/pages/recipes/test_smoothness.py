"""Guards of what one copies from smoothness."""

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

LOOK = "debate/smoothness/look_ahead"


def walks(look_ahead, kind, optimizer):
    """Assert: rows are those of a walk along the step that is really taken then."""
    make, shape = FOUR_KINDS[kind]
    model, x = make(), torch.randn(23, *shape)
    unused = nn.Parameter(torch.ones(3))
    model.register_parameter("unused", unused)
    optimizer = OPTIMIZERS[optimizer](model.parameters())
    torch.optim.lr_scheduler.StepLR(optimizer, 5)

    def loss_of(net):
        return net(x).sin().sum(-1).square().mean()

    loss_of(model).backward()
    optimizer.step()  # so that there is a momentum
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    state = copy.deepcopy(optimizer.state_dict())
    with left_alone(model, x):
        rows = look_ahead(model, optimizer, loss_of)
    close(optimizer.state_dict(), state)
    assert [row[0] for row in rows] == [0.01, 0.1, 1, 2, 4]
    assert all(type(value) is float for row in rows for value in row[1:])

    begin = copy.deepcopy(model)
    optimizer.zero_grad()
    torch.manual_seed(0)
    loss_of(model).backward()
    unused.grad = None
    optimizer.step()

    def seen(size):
        net = copy.deepcopy(begin)
        ends = zip(net.parameters(), model.parameters(), strict=True)
        moved = torch.zeros(())
        for weight, end in ends:
            step = size * (end.detach() - weight.detach())
            weight.data.add_(step)
            moved += step.square().sum()
        torch.manual_seed(0)
        loss = loss_of(net)
        weights = [w for name, w in net.named_parameters() if name != "unused"]
        grads = torch.autograd.grad(loss, weights)
        return loss.item(), torch.cat([g.flatten() for g in grads]), moved.sqrt()

    loss, grad, _ = seen(0)
    for size, change, K in rows:
        away, other, moved = seen(size)
        assert change == pytest.approx(away - loss, rel=1e-6, abs=1e-10)
        assert K == pytest.approx(((other - grad).norm() / moved).item(), rel=1e-6)


@pytest.mark.parametrize("kind", FOUR_KINDS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_look_ahead_is_a_walk_along_the_next_step(kind, optimizer):
    walks(recipe(LOOK, "look_ahead"), kind, optimizer)


def test_a_look_ahead_refuses_a_loss_of_another_model():
    model, x = dense(True), torch.randn(23, 6)
    optimizer = OPTIMIZERS["sgd"](model.parameters())
    with pytest.raises(ValueError, match="must use the model"):
        recipe(LOOK, "look_ahead")(model, optimizer, lambda _: model(x).sum())


def test_a_look_ahead_takes_shared_frozen_and_half_precision_weights():
    look_ahead = recipe(LOOK, "look_ahead")
    layer = nn.Linear(6, 6)
    model = nn.Sequential(layer, nn.Tanh(), layer, nn.LayerNorm(6), nn.Linear(6, 2))
    model[4].requires_grad_(False)
    for dtype in (torch.float32, torch.bfloat16):
        model.to(dtype)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        x, other = torch.randn(2, 9, 6).to(dtype)
        with left_alone(model, x, other):
            loss_of = partial(of_two_inputs, x=x, other=other)
            rows = look_ahead(model, optimizer, loss_of, sizes=(1, 0))
        (_, change, K), (_, none, unknown) = rows
        assert change < 0 < K
        assert none == 0
        assert unknown != unknown  # nothing has moved


@pytest.mark.parametrize(
    "change",
    [
        ("copy.deepcopy((model, optimizer))", "model, optimizer"),
        ("torch.random.fork_rng()", "torch.enable_grad()"),
        ("torch.manual_seed(0)  # the same dropout each time", "pass"),
        ("model.zero_grad()", "pass"),
        ("away - loss", "away"),
        ("a + size * d", "a + d"),
        ("(other - grad).norm()", "other.norm()"),
        ("/ moved", "/ size"),
    ],
)
def test_a_look_ahead_that_goes_wrong_is_found(change):
    look_ahead = recipe(LOOK, "look_ahead", change)
    with pytest.raises((AssertionError, RuntimeError)):
        walks(look_ahead, "transformer", "sgd")
