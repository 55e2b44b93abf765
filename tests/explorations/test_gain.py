"""Guards of the gain exploration: the recursions are those of torch's functions."""

import math
from functools import cache

import pytest
import torch
import torch.nn.functional as F

from tests.explorations.conftest import first_by_default, largest
from tests.explorations.normal import MASS, Z

FUNCTIONS = {
    "linear": lambda z: z,
    "ReLU": F.relu,
    "leaky ReLU": lambda z: F.leaky_relu(z, 0.2),
    "tanh": torch.tanh,
}
CRITICAL = {
    "linear": torch.nn.init.calculate_gain("linear"),
    "ReLU": torch.nn.init.calculate_gain("relu"),
    "leaky ReLU": torch.nn.init.calculate_gain("leaky_relu", 0.2),
    "tanh": 1.0,  # the slope at 0 is 1, and smaller elsewhere
}
GAINS = (0.5, 0.83, 1.0, 1.35, 1.5, 2.0, 2.5)
DEPTH = 30


@cache
def recursions(activation, gain):
    """Return what is shown, in float64 with torch's own slopes."""
    q, back = [gain**2], []
    for _ in range(DEPTH - 1):
        z = (q[-1] ** 0.5 * Z).requires_grad_()
        h = FUNCTIONS[activation](z)
        (slope,) = torch.autograd.grad(h.sum(), z)
        q.append(gain**2 * (MASS @ h.detach() ** 2).item())
        back.append(gain**2 * (MASS @ slope**2).item())
    return {
        "q": q[-1],
        "d": math.prod(back),
        "forward": q[-1] / q[-2],
        "backward": back[-1],
        "critical": CRITICAL[activation],
    }


def wrong(exploration, names=FUNCTIONS, gains=GAINS):
    """Return the largest relative deviation of what is shown, over the grid."""
    worst = 0
    grid = [{"activation": name, "gain": gain} for name in names for gain in gains]
    for settings, shown in exploration.sweep_values(grid):
        true = recursions(**settings)
        assert shown.keys() == true.keys()
        worst = largest(worst, *(abs(shown[k] / true[k] - 1) for k in true))
    return worst


def test_the_numbers_are_those_of_torch(stage):
    with stage.opened("gain") as exploration:
        assert wrong(exploration) < 1e-10


def test_what_is_seen_before_it_is_touched(stage):
    with stage.opened("gain") as exploration:  # ReLU with Xavier's gain
        shown = exploration.values()
        assert shown["q"] == shown["d"] == 2.0**-29


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_slider_stops_at_the_critical_gain(stage, name):
    with stage.opened("gain") as exploration:
        exploration.set(activation=name, gain=round(CRITICAL[name], 2))
        shown = exploration.values()
        if name == "tanh":  # level at the first order only: 1/2l is its rate
            assert shown["q"] < 1
        else:
            assert shown["q"] == pytest.approx(CRITICAL[name] ** 2, rel=1e-12)
            assert shown["d"] == pytest.approx(1, rel=1e-12)
        exploration.set(gain=round(CRITICAL[name], 2) + 0.01)
        assert exploration.values()["backward"] != shown["backward"]


def test_gradients_of_tanh_grow_where_its_signals_stand_still(stage):
    with stage.opened("gain") as exploration:
        exploration.set(activation="tanh", gain=2)
        shown = exploration.values()
        assert shown["forward"] == pytest.approx(1, abs=1e-6)
        assert round(shown["backward"], 3) == 1.363  # as two_growths.py prints


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    first_by_default(
        [
            (
                "gain.js",
                "((1 + a ** 2) / 2) * q",
                "((1 - a ** 2) / 2) * q",
                "leaky ReLU",
            ),
            ("gain.js", "sqrt(2 / (1 + a ** 2))", "sqrt(2 / (1 + a))", "leaky ReLU"),
            ("even.js", "H = 0.1", "H = 1.1", "tanh"),
        ]
    ),
)
def test_a_wrong_formula_is_noticed(stage, file, old, new, name):
    alter = {f"explore/{file}": {old: new}}
    with stage.opened("gain", alter=alter) as exploration:
        assert wrong(exploration, [name]) > 1e-6
