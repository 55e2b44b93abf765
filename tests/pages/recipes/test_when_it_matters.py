"""Guards of what one copies from when-it-matters."""

import copy

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    Recurrent,
    Two,
    close,
    convolutional,
    dense,
    left_alone,
    transformer,
)

STEP_SHIFT = "practice/when-it-matters/step_shift"


MOVED = {
    "dense": (lambda: dense(True), [(23, 6)], 4),
    "convolutional": (lambda: convolutional(True), [(23, 3, 8, 8)], 5),
    "recurrent": (lambda: Recurrent(True), [(23, 4, 5)], 12),
    "transformer": (lambda: transformer(), [(5, 4, 8)], 4),
    "two inputs": (Two, [(9, 6), (9, 6)], 2),
}


def rows_of(model, inputs):
    """Return what each call gave, one column for each unit, by hooks of our own."""
    found, handles = [], []
    for name, m in model.named_modules():
        weight = getattr(m, "weight", None)
        if weight is not None and not isinstance(m, nn.LayerNorm):

            def keep(m, _, z, name=name):
                z = z.transpose(1, z.dim() - 1) if type(m) is not nn.Linear else z
                found.append((name, z.detach().reshape(-1, z.shape[-1])))

            handles.append(m.register_forward_hook(keep))
    model(*inputs)
    for handle in handles:
        handle.remove()
    return found


def moves_in_a_step(step_shift, kind, training):
    """Assert: the shifts are those of two looks of our own, and nothing else moves."""
    make, shapes, calls = MOVED[kind]
    model, inputs = make().train(training), [torch.randn(shape) for shape in shapes]
    with left_alone(model, *inputs):
        rows = step_shift(model, lambda: None, *inputs)
    assert len(rows) == calls
    assert all(shift == 0 or spread == 0 for _, shift, spread in rows)

    def step():
        for weight in model.parameters():
            weight.data = weight.data * 1.1 + 0.1

    torch.manual_seed(0)
    before = rows_of(copy.deepcopy(model), inputs)
    rows = step_shift(model, step, *inputs)
    torch.manual_seed(0)
    after = rows_of(copy.deepcopy(model), inputs)
    for row, (name, z), (_, new) in zip(rows, before, after, strict=True):
        s = z.std(0, correction=0)
        gap = (new.mean(0) - z.mean(0)).square()
        gap = (gap + (new.std(0, correction=0) - s).square()).sqrt() / s
        assert row[0] == name
        if s.max() > 0:
            close(row[1:], (gap.mean().item(), s.mean().item()))
        else:  # a recurrent network begins with zeros: no unit varies
            assert row[1] != row[1]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kind", MOVED)
def test_the_shift_of_a_step_is_that_of_two_looks(kind, training):
    moves_in_a_step(recipe(STEP_SHIFT, "step_shift"), kind, training)


def test_the_shift_leaves_out_dead_units_and_takes_half_precision():
    step_shift = recipe(STEP_SHIFT, "step_shift")
    model = nn.Linear(4, 3).to(torch.bfloat16)
    model.weight.data[1] = 0
    x = torch.randn(50, 4).to(torch.bfloat16)
    ((name, shift, spread),) = step_shift(model, lambda: model.bias.data.add_(1), x)
    assert name == ""
    assert 0 < shift < 99
    assert spread > 0


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("dense", ("copy.deepcopy(model)", "model")),
        ("transformer", ("torch.manual_seed(0)  # the", "pass  # the")),
        ("transformer", ("torch.random.fork_rng()", "torch.enable_grad()")),
        ("convolutional", ("-1 if isinstance(m, nn.Linear) else 1", "-1")),
        ("transformer", ("-1 if isinstance(m, nn.Linear) else 1", "1")),
        ("dense", ("(t - s) ** 2", "0")),
        ("dense", (".sqrt() / s", ".sqrt()")),
    ],
)
def test_a_step_shift_that_goes_wrong_is_found(kind, change):
    step_shift = recipe(STEP_SHIFT, "step_shift", change)
    with pytest.raises((AssertionError, RuntimeError, ValueError)):
        moves_in_a_step(step_shift, kind, training=True)
