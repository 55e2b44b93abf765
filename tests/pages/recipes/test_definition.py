"""Guards of what one copies from definition."""

import copy

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    FOUR_KINDS,
    close,
    left_alone,
)

LATE = "phenomenon/definition/late_steps"


class First(nn.Module):
    """The first of what a module returns."""

    def forward(self, pair):
        """Return the outputs, without the states."""
        return pair[0]


def shared():
    one = nn.Linear(5, 5)
    return nn.Sequential(one, nn.Tanh(), one)


STEPPED = {
    **FOUR_KINDS,
    "shared": (shared, (5,)),
    "lstm": (lambda: nn.Sequential(nn.LSTM(5, 4), First()), (3, 5)),
}


def steps(late_steps, kind, method, lr):
    """Assert: the numbers are those of a loop over layers, and nothing is changed."""
    make, shape = STEPPED[kind]
    new, x = make(), torch.randn(9, *shape)
    optimizer = method(new.parameters(), lr=lr)
    new(x).square().mean().backward()
    old = copy.deepcopy(new)
    optimizer.step()
    parts = {id(p): p for p in new.parameters()}
    with left_alone(old, x), left_alone(new):
        change, rows = late_steps(old, new, lambda net: net(x).square().mean())

    def loss(taken, rest, layers):
        trial = copy.deepcopy(rest)
        for layer in layers:
            own = taken.get_submodule(layer)._parameters
            for name, weight in own.items():
                if weight is not None:
                    trial.get_submodule(layer)._parameters[name].data = weight.data
        torch.manual_seed(0)
        return trial(x).square().mean().item()

    owners = [
        (name, [id(p) for p in module.parameters(recurse=False)])
        for name, module in new.named_modules()  # a shared module once
    ]
    layers = [name for name, own in owners if own]
    assert [name for name, *_ in rows] == layers
    assert {i for _, own in owners for i in own} == set(parts)
    kept = torch.get_rng_state()
    close(change, loss(new, old, layers) - loss(old, new, layers))
    for name, alone, late in rows:
        close(alone, loss(new, old, [name]) - loss(new, old, []))
        close(late, loss(old, new, []) - loss(old, new, [name]))
    torch.set_rng_state(kept)


@pytest.mark.parametrize("kind", STEPPED)
@pytest.mark.parametrize(
    ("method", "lr"), [(torch.optim.SGD, 0.5), (torch.optim.Adam, 0.1)]
)
def test_late_steps_are_those_of_a_loop_over_layers(kind, method, lr):
    steps(recipe(LATE, "late_steps"), kind, method, lr)


def test_late_steps_of_layers_that_do_not_meet_are_the_same():
    late_steps, old = (
        recipe(LATE, "late_steps"),
        nn.Sequential(nn.Linear(5, 5), nn.Linear(5, 5)),
    )
    new = copy.deepcopy(old)
    with torch.no_grad():
        for weight in new.parameters():
            weight.add_(1)
    change, rows = late_steps(
        old, new, lambda net: sum(p.sum() for p in net.parameters())
    )
    close(change, 60.0)
    for _, alone, late in rows:
        close([alone, late], [30.0, 30.0])


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("dense", ("trial = copy.deepcopy(old)", "trial = old")),
        ("transformer", ("torch.random.fork_rng()", "torch.enable_grad()")),
        ("transformer", ("            torch.manual_seed(0)  #", "            #")),
        ("convolutional", ("if owner[name] in layers", "if name in layers")),
        ("dense", ("loss([k]) - start", "loss([k])")),
        ("dense", ("everyone.keys() - {k}", "everyone.keys()")),
        ("dense", ("return end - start", "return start - end")),
        ("dense", ('name.rpartition(".")[0]', 'name.partition(".")[0]')),
    ],
)
def test_late_steps_that_go_wrong_are_found(kind, change):
    with pytest.raises((AssertionError, RuntimeError)):
        steps(recipe(LATE, "late_steps", change), kind, torch.optim.SGD, 0.5)
