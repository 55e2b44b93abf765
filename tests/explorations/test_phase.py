"""Guards of the phase exploration: its numbers are those of torch's tanh."""

import math
from functools import cache

import pytest
import torch
from scipy.optimize import brentq

from tests.explorations.conftest import first_by_default, largest
from tests.explorations.normal import MASS, Z

MASS2 = MASS[:, None] * MASS
GRID = [(w, b) for w in (0.5, 1, 1.3, 1.75, 1.9, 2.5, 4) for b in (0.005, 0.05, 0.5)]


def length(w, b, q):
    return w * (MASS @ torch.tanh(q**0.5 * Z) ** 2) + b


def slope(w, q):
    """Return the slope of the correlation map at 1."""
    return (w * MASS @ (1 - torch.tanh(q**0.5 * Z) ** 2) ** 2).item()


def two(q, e):
    """Return pre-activations u, u' of the length q and the correlation 1 - e."""
    sum_, difference = ((1 - e / 2) * q) ** 0.5 * Z, (e * q / 2) ** 0.5 * Z
    return sum_[:, None] + difference, sum_[:, None] - difference


@cache
def edge(b):
    def excess(q):
        w = 1 / slope(1, q)
        return w * (MASS @ torch.tanh(q**0.5 * Z) ** 2).item() + b - q

    return 1 / slope(1, brentq(excess, 1e-8, 20, xtol=1e-15, rtol=1e-14))


@cache
def true(w, b):
    """Return what must be shown, except at the edge itself."""
    q = brentq(lambda q: length(w, b, q).item() - q, 1e-9, 20, xtol=1e-15, rtol=1e-14)
    point = torch.tensor(q, dtype=torch.float64, requires_grad=True)
    length(w, b, point).backward()
    chi, e = slope(w, q), 0.0

    def excess(e):  # (1 - C) / e - 1, where C = 1 - w E (tanh u - tanh u')^2 / 2q
        u, v = two(q, e)
        return (w * (MASS2 * (u.tanh() - v.tanh()) ** 2).sum() / (2 * q * e) - 1).item()

    if chi > 1:
        e = brentq(excess, 1e-9, 1, xtol=1e-18, rtol=1e-14)
    u, v = two(q, e)
    rate = w * (MASS2 * (1 - u.tanh() ** 2) * (1 - v.tanh() ** 2)).sum().item()
    return {
        "chi": chi,
        "edge": edge(b),
        "q": q,
        "c": 1 - e,
        "xi-q": -1 / math.log(point.grad.item()),
        "xi-c": -1 / math.log(rate),
    }


def wrong(exploration, grid=GRID):
    """Return the largest deviation, relative where the value is above 1."""
    worst = 0
    settings = [{"w": w, "b": b} for w, b in grid]
    for setting, shown in exploration.sweep_values(settings):
        reference = true(**setting)
        assert shown.keys() == reference.keys()
        for key, value in reference.items():
            worst = largest(worst, abs(shown[key] - value) / max(1, abs(value)))
    return worst


def mean_field(exploration, w, b):
    """Return what the module computes off the grid of its sliders."""
    code = """async ([w, b]) => {
      const { meanField } = await import("/assets/explore/phase.js")
      const { q, chi, phase, c, xiQ, xiC, map } = meanField(w, b)
      return { chi, q, c, phase, "xi-q": xiQ, "xi-c": xiC,
               map: [0, 0.3, 0.9, 0.999, 1].map(map) }
    }"""
    return exploration.tab.evaluate(code, [w, b])


def test_the_numbers_are_those_of_torch(stage):
    with stage.opened("phase") as exploration:
        assert wrong(exploration) < 1e-10


@pytest.mark.parametrize("distance", [-1e-2, -1e-3, -1e-6, 1e-6, 1e-3, 1e-2])
def test_they_are_so_close_to_the_edge(stage, distance):
    with stage.opened("phase") as exploration:
        for b in (0.005, 0.5):
            w = edge(b) + distance
            shown, reference = mean_field(exploration, w, b), true(w, b)
            assert shown["phase"] == ("order" if distance < 0 else "chaos")
            for key in ("chi", "q", "c", "xi-q"):
                assert shown[key] == pytest.approx(reference[key], abs=1e-11)
            # 1 - chi_1 has lost so many digits to rounding, here and there.
            assert shown["xi-c"] == pytest.approx(reference["xi-c"], rel=1e-6)


def test_the_map_is_that_of_torch(stage):
    with stage.opened("phase") as exploration:
        for w, b in GRID:
            shown = mean_field(exploration, w, b)
            for c, got in zip((0, 0.3, 0.9, 0.999, 1), shown["map"], strict=True):
                u, v = two(shown["q"], 1 - c)
                mapped = w * (MASS2 * u.tanh() * v.tanh()).sum().item() + b
                assert got == pytest.approx(mapped / shown["q"], abs=1e-12)


# What edge_of_chaos.py and depth_scales.py print.
EDGE = {0.01: 1.424205, 0.05: 1.760955, 0.1: 1.986073, 0.3: 2.505127}
SCALES = {
    1.0: (1, 0.759, 1.75, 3.63),
    1.3: (1, 0.880, 1.79, 7.83),
    1.7: (1, 0.987, 1.56, 74.92),
    1.9: (0.838, 1.028, 1.44, 39.35),
    4.0: (0.165, 1.342, 0.87, 6.98),
}


def test_they_are_those_of_the_page(stage):
    with stage.opened("phase") as exploration:
        for b, w in EDGE.items():
            exploration.set(b=b)
            assert round(exploration.values()["edge"], 6) == w
        exploration.set(b=0.05)
        for w, (c, chi, xi_q, xi_c) in SCALES.items():
            exploration.set(w=w)
            shown = exploration.values()
            assert (round(shown["c"], 3), round(shown["chi"], 3)) == (c, chi)
            assert (round(shown["xi-q"], 2), round(shown["xi-c"], 2)) == (xi_q, xi_c)


def test_the_slider_stops_at_the_edge(stage):
    with stage.opened("phase") as exploration:
        for b in (0.005, 0.05, 0.3, 0.5):
            exploration.set(b=b, w=round(edge(b), 2))
            shown = exploration.values()
            assert shown["chi"] == pytest.approx(1, abs=1e-12)
            assert shown["c"] == 1
            assert shown["xi-c"] == math.inf
            assert "edge" in exploration.place.inner_text()
            assert f"{edge(b):.4f}" in exploration.place.inner_text()


def test_a_drag_moves_the_point(stage):
    with stage.opened("phase") as exploration:
        box = exploration.place.locator(".explore-plot").first.bounding_box()
        mouse = exploration.tab.mouse
        mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        mouse.down()
        mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 4)
        mouse.up()
        w, b = (float(exploration.control(k).input_value()) for k in "wb")
        assert 0.6 < w < 1.6
        assert 0.3 < b < 0.5
        assert exploration.values()["chi"] == pytest.approx(true(w, b)["chi"], abs=1e-9)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    first_by_default(
        [
            ("phase.js", "(1 - t) * (1 - 3 * t)", "(1 - t) * (1 + 3 * t)"),
            ("phase.js", "part * (1 - B[k]) ** 2", "part * (1 - B[k])"),
            ("phase.js", "(1 - e / 2)", "(1 + e / 2)"),
            ("even.js", "H = 0.1", "H = 1.1"),
        ]
    ),
)
def test_a_wrong_formula_is_noticed(stage, file, old, new):
    alter = {f"explore/{file}": {old: new}}
    with stage.opened("phase", alter=alter) as exploration:
        assert wrong(exploration, GRID[-3:]) > 1e-6
