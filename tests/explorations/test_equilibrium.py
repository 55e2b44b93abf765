"""Guards of the equilibrium exploration: the steps are those of torch's SGD."""

import math
from functools import cache

import pytest
import torch

from tests.explorations.conftest import first_by_default, largest

SPHERE, STEPS = 5, 2400
STARTS = (2, 7, 21)
GRID = [(-6, -7), (-6, 4), (-1.5, -8), (0, 0), (0.5, -3), (3, -8), (3, 4)]


def rates(rate, decay):
    """Return the learning rate and the weight decay of two positions."""
    return 0.2 * 2**rate, 0 if decay == -8 else 0.01 * 2**decay


@cache
def trained():
    """Return the norms after ``STEPS`` steps of torch.optim.SGD, all over the grid.

    In the plane, the loss ``SPHERE`` times the polar angle is scale-invariant, and
    the norm of its gradient is ``SPHERE / norm``.
    """
    start = torch.tensor([[s, 0.0] for s in STARTS], dtype=torch.float64)
    all_ = {place: start.clone().requires_grad_() for place in GRID}
    groups = []
    for place, w in all_.items():
        lr, decay = rates(*place)
        groups.append({"params": w, "lr": lr, "weight_decay": decay})
    optimizer = torch.optim.SGD(groups)
    for _ in range(STEPS):
        optimizer.zero_grad()
        w = torch.stack([*all_.values()])
        (SPHERE * torch.atan2(w[..., 1], w[..., 0])).sum().backward()
        optimizer.step()
    return {place: w.detach().norm(dim=1).tolist() for place, w in all_.items()}


@cache
def numbers(rate, decay):
    """Return what is shown."""
    ends = trained()[rate, decay]
    lr, decay = rates(rate, decay)
    found = dict(zip((f"end-{s}" for s in STARTS), ends, strict=True))
    if not decay:
        return found | {"rest": math.inf, "angle": 0, "scale": math.inf}
    # The norm that one step gives back: bisection, not the closed form.
    low, high = 1e-3, 1e6
    for _ in range(200):
        middle = (low * high) ** 0.5
        after = math.hypot((1 - lr * decay) * middle, lr * SPHERE / middle)
        low, high = (middle, high) if after > middle else (low, middle)
    turn = math.atan2(lr * SPHERE / low, (1 - lr * decay) * low)
    return found | {
        "rest": low,
        "angle": math.degrees(turn),
        "scale": 1 / (4 * lr * decay),
    }


def wrong(exploration, grid=GRID):
    """Return the largest relative deviation of what is shown, over the grid."""
    worst = 0
    settings = [{"rate": rate, "decay": decay} for rate, decay in grid]
    for setting, shown in exploration.sweep_values(settings):
        true = numbers(**setting)
        assert shown.keys() == true.keys()
        for key, value in true.items():
            if not math.isfinite(value) or not value:
                assert shown[key] == value
            else:
                worst = largest(worst, abs(shown[key] / value - 1))
    return worst


def test_the_numbers_are_those_of_torch(stage):
    with stage.opened("equilibrium") as exploration:
        assert wrong(exploration) < 1e-9


def test_what_is_seen_before_it_is_touched(stage):
    with stage.opened("equilibrium") as exploration:
        shown = exploration.values()
    assert shown == pytest.approx(numbers(0, 0), rel=1e-9)
    for start in STARTS:  # nine or ten time scales of 125 steps
        assert shown[f"end-{start}"] == pytest.approx(shown["rest"], rel=1e-3)


def test_the_angle_depends_on_the_product_only(stage):
    with stage.opened("equilibrium") as exploration:
        angles = []
        for rate, decay in ((-3, 3), (0, 0), (3, -3)):
            exploration.set(rate=rate, decay=decay)
            angles.append(exploration.values()["angle"])
    assert angles == pytest.approx([angles[0]] * 3, rel=1e-12)


@pytest.mark.parametrize(
    ("old", "new"),
    first_by_default(
        [
            ("(wd * (2 - lr * wd))", "(wd * (2 + lr * wd))"),
            ("acos(1 - lr * wd)", "sqrt(2 * lr * wd)"),
            ("1 / (4 * lr * wd)", "1 / (2 * lr * wd)"),
            ("(keep * norm) ** 2 + push ** 2", "(keep * norm) ** 2 + 2 * push ** 2"),
            ("const keep = 1 - rate * decay", "const keep = 1 - decay"),
        ]
    ),
)
def test_a_wrong_formula_is_noticed(stage, old, new):
    alter = {"explore/equilibrium.js": {old: new}}
    with stage.opened("equilibrium", alter=alter) as exploration:
        assert wrong(exploration, [(0, 0), (3, 4)]) > 1e-6
