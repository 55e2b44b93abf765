"""Guards of the saturation exploration: the means are those of torch's functions."""

import math
from functools import cache

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.explorations.conftest import first_by_default, largest

NODES, MASS = (torch.tensor(part) for part in np.polynomial.legendre.leggauss(20))
FUNCTIONS = {
    "sigmoid": (torch.sigmoid, []),
    "tanh": (torch.tanh, []),
    "hard tanh": (F.hardtanh, [-1.0, 1.0]),
    "ReLU": (F.relu, [0.0]),
    "GELU": (F.gelu, []),
    "SiLU": (F.silu, []),
}
GRID = [(m, s) for m in (-8.0, -1.3, 0.0, 0.7, 5.0) for s in (0.1, 1.0, 2.4, 4.0)]


@cache
def means(name, mu, sigma):
    """Return E f and E f' by Gauss-Legendre in float64, from kink to kink."""
    f, kinks = FUNCTIONS[name]
    edges = mu + sigma * torch.linspace(-12, 12, 241, dtype=torch.float64)
    inside = [k for k in kinks if edges[0] < k < edges[-1]]
    edges = torch.cat([edges, torch.tensor(inside).double()]).sort().values
    half = edges.diff()[:, None] / 2
    x = (edges[:-1, None] + half * (1 + NODES)).requires_grad_()
    mass = half * MASS * torch.exp(-(((x.detach() - mu) / sigma) ** 2) / 2)
    mass = mass / (sigma * math.sqrt(2 * math.pi))
    y = f(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    return (mass * y.detach()).sum().item(), (mass * slope).sum().item()


def wrong(exploration, names=FUNCTIONS, grid=GRID):
    """Return the largest deviation of what is shown from torch, over the grid."""
    worst = 0
    settings = [
        {"activation": name, "mu": mu, "sigma": sigma}
        for name in names
        for mu, sigma in grid
    ]
    for setting, shown in exploration.sweep_values(settings):
        name, mu, sigma = setting.values()
        output, mean = means(name, mu, sigma)
        point = torch.tensor(mu, dtype=torch.float64, requires_grad=True)
        FUNCTIONS[name][0](point).backward()
        true = {
            "mean": mean,
            "origin": means(name, 0.0, sigma)[1],
            "point": point.grad.item(),
            "output": output,
        }
        assert shown.keys() == true.keys()
        worst = largest(worst, *(abs(shown[k] - true[k]) for k in true))
    return worst


def test_the_numbers_are_those_of_torch(stage):
    with stage.opened("saturation") as exploration:
        assert wrong(exploration) < 1e-12


def tail(z):
    """Return the probability that a standard normal variable exceeds z."""
    return math.erfc(z / math.sqrt(2)) / 2


@pytest.mark.parametrize(
    ("name", "mu", "true"),
    [("ReLU", -5, tail(5)), ("hard tanh", 8, tail(7) - tail(9))],
)
def test_a_small_mean_has_all_its_digits(stage, name, mu, true):
    with stage.opened("saturation") as exploration:
        exploration.set(activation=name, mu=mu, sigma=1)
        assert exploration.values()["mean"] == pytest.approx(true, rel=1e-12, abs=0)


def test_erf_is_that_of_torch(stage):
    x = torch.linspace(-6, 26, 3201, dtype=torch.float64)
    with stage.opened("saturation") as exploration:
        erf, erfc = exploration.tab.evaluate(
            """async (xs) => {
              const { erf, erfc } = await import("/assets/explore/gauss.js")
              return [xs.map(erf), xs.map(erfc)]
            }""",
            x.tolist(),
        )
    got = torch.tensor([erf, erfc], dtype=torch.float64)
    want = torch.stack([torch.erf(x), torch.erfc(x)])
    torch.testing.assert_close(got, want, rtol=1e-12, atol=0)


def test_what_is_seen_before_it_is_touched(stage):
    with stage.opened("saturation") as exploration:
        shown = exploration.values()
        assert shown["origin"] / shown["mean"] == pytest.approx(19.67, abs=5e-3)
        assert "0.01050" in exploration.place.inner_text()


def test_a_drag_moves_the_density(stage):
    with stage.opened("saturation") as exploration:
        box = exploration.place.locator(".explore-plot").first.bounding_box()
        mouse = exploration.tab.mouse
        mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        mouse.down()
        mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
        mouse.up()
        mu = float(exploration.control("mu").input_value())
        assert -8 < mu < -3
        assert exploration.values()["point"] == pytest.approx(
            1 / (2 + math.exp(mu) + math.exp(-mu)), abs=1e-12
        )


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    first_by_default(
        [
            ("saturation.js", "(m / tau ** 2)", "-(m / tau ** 2)", "GELU"),
            ("saturation.js", "h = 0.05", "h = 1.5", "tanh"),
            ("gauss.js", "erfc(-z / Math.SQRT2)", "erfc(-z)", "ReLU"),
        ]
    ),
)
def test_a_wrong_formula_is_noticed(stage, file, old, new, name):
    alter = {f"explore/{file}": {old: new}}
    with stage.opened("saturation", alter=alter) as exploration:
        assert wrong(exploration, [name], GRID[:8]) > 1e-6
