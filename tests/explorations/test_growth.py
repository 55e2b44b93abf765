"""Guards of the growth of gradients: the rates are those of the page's programs."""

import math
import re
from functools import cache
from itertools import product

import pytest
import torch
import torch.nn.functional as F

from book import ROOT
from tests.explorations.conftest import first_by_default, largest
from tests.explorations.normal import MASS, Z

SNIPPETS = ROOT / "snippets/batch-norm/gradient-explosion"
FUNCTIONS = {
    "linear": torch.clone,
    "erf": torch.erf,
    "tanh": torch.tanh,
    "GELU": F.gelu,
    "ReLU": torch.relu,
}
SIZES = {B: 4 * k + j for k in range(8) for j in range(4) for B in [(4 + j) << k]}
SIZES[1024] = 32
BATCHES = (4, 5, 7, 8, 16, 24, 32, 128, 448, 1024)
DEPTHS = (1, 30, 60)


@cache
def programs():
    """Return what any_activation.py defines: its two functions."""
    source = (SNIPPETS / "any_activation.py").read_text()
    definitions = source.split("# of rates.py")[0]
    before, names = torch.get_default_dtype(), {}
    try:
        exec(definitions, names)
    finally:
        torch.set_default_dtype(before)
    return names


@cache
def true_rate(name, B):
    """Return the rate by quadrature over two examples; for ReLU, by Theorem 8."""
    if name == "ReLU":
        return programs()["relu_rate"](B)
    return programs()["batch_norm_rate"](FUNCTIONS[name], B)


@cache
def true_limit(name):
    """Return the rate in large batches, with torch's own slope."""
    z = Z.clone().requires_grad_()
    h = FUNCTIONS[name](z)
    (slope,) = torch.autograd.grad(h.sum(), z)
    h = h.detach()
    return ((MASS @ slope**2) / (MASS @ h**2 - (MASS @ h) ** 2)).item()


def numbers(name, B, depth):
    rate, limit = true_rate(name, B), true_limit(name)
    return {
        "rate": rate,
        "limit": limit,
        "factor": rate**depth,
        "limit-factor": limit**depth,
        "norm": math.sqrt(rate**depth),
        "least": (B - 2) / (B - 3),
    }


def wrong(exploration, names=FUNCTIONS, batches=BATCHES, depths=DEPTHS):
    """Return the largest relative deviation of what is shown, over the grid."""
    worst = 0
    cases = list(product(names, batches, depths))
    grid = [
        {"activation": name, "batch": SIZES[B], "depth": depth}
        for name, B, depth in cases
    ]
    shown_at = exploration.sweep_values(grid)
    for case, (_, shown) in zip(cases, shown_at, strict=True):
        true = numbers(*case)
        assert shown.keys() == true.keys()
        worst = largest(worst, *(abs(shown[k] / true[k] - 1) for k in true))
    return worst


def test_the_numbers_are_those_of_the_programs(stage):
    with stage.opened("growth") as exploration:
        assert wrong(exploration) < 1e-6


def test_the_tables_of_the_page_are_shown(stage):
    # any_activation.txt: a rate for each batch size, five decimals, and the limit.
    text = (SNIPPETS / "any_activation.txt").read_text()
    rows = text.partition("norm over")[0].splitlines()
    sizes = [int(B) for B in rows[0].split()[1:-1]]
    table = {name: cells for name, *cells in map(str.split, rows[1:])}
    with stage.opened("growth") as exploration:
        for name in ("linear", "tanh", "GELU", "ReLU"):
            exploration.set(activation=name)
            for B, cell in zip(sizes, table[name.lower()], strict=False):
                exploration.set(batch=SIZES[B])
                assert f"{exploration.values()['rate']:.5f}" == cell
            limit = f"{exploration.values()['limit']:.5f}"
            assert limit == table[name.lower()][-1]


def test_the_closed_forms_of_the_limit(stage):
    closed = {
        "linear": 1,
        "erf": 2 / math.sqrt(5) / math.asin(2 / 3),
        "ReLU": math.pi / (math.pi - 1),
    }
    with stage.opened("growth") as exploration:
        for name, true in closed.items():
            exploration.set(activation=name)
            assert exploration.values()["limit"] == pytest.approx(true, rel=1e-12)


def test_the_squares_are_what_the_program_measures(stage):
    rows = (SNIPPETS / "rate_by_batch.txt").read_text().splitlines()
    source = (SNIPPETS / "rate_by_batch.py").read_text()
    sizes = re.search(r"sizes = \[(.*)\]", source)[1]
    printed = {r.split()[0]: [float(c) for c in r.split()[1:]] for r in rows}
    script = """async () => {
      const { activations, MEASURED } = await import("/assets/explore/growth.js")
      const all = Object.entries(activations).filter(([, own]) => own.measured)
      return [MEASURED, all.map(([name, own]) => [name.toLowerCase(), own.measured])]
    }"""
    with stage.opened("growth") as exploration:
        batches, measured = exploration.tab.evaluate(script)
        squares = exploration.place.locator(".explore-words path").count()
    assert batches == [int(B) for B in sizes.split(",")]
    assert dict(measured) == printed
    assert squares == len(batches)


def test_what_is_seen_before_it_is_touched(stage):
    with stage.opened("growth") as exploration:
        true = numbers("ReLU", 32, 30)
        assert exploration.values() == pytest.approx(true, rel=1e-12)


def test_a_drag_sets_the_batch_and_the_depth(stage):
    with stage.opened("growth") as exploration:
        mouse = exploration.tab.mouse
        for k, share in ((0, 0.15), (1, 0.9)):
            plot = exploration.place.locator(".explore-plot").nth(k)
            plot.scroll_into_view_if_needed()
            box = plot.bounding_box()
            y = box["y"] + box["height"] / 2
            mouse.move(box["x"] + box["width"] / 2, y)
            mouse.down()
            mouse.move(box["x"] + box["width"] * share, y)
            mouse.up()
        position = int(exploration.control("batch").input_value())
        depth = int(exploration.control("depth").input_value())
        (B,) = (B for B, own in SIZES.items() if own == position)
        assert B < 10
        assert depth > 45
        true = numbers("ReLU", B, depth)
        assert exploration.values() == pytest.approx(true, rel=1e-9)


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    first_by_default(
        [
            ("growth.js", "(1 - overlap[k])", "(1 + overlap[k])", "tanh"),
            (
                "growth.js",
                "harmonics * (2 * k + B - 3)",
                "harmonics * (2 * k + B)",
                "erf",
            ),
            ("growth.js", "(2 - B)", "(3 - B)", "GELU"),
            ("growth.js", "0.04, 0.12", "0.4, 1.2", "tanh"),
            ("growth.js", "- average(phi) ** 2", "", "GELU"),
            ("growth.js", "- 1 / (B - 3)", "- 1 / B", "ReLU"),
            ("growth.js", "r ** layers", "r ** (layers - 1)", "linear"),
            ("even.js", "H = 0.", "H = 1.", "tanh"),
        ]
    ),
)
def test_a_wrong_formula_is_noticed(stage, file, old, new, name):
    alter = {f"explore/{file}": {old: new}}
    with stage.opened("growth", alter=alter) as exploration:
        assert wrong(exploration, [name], (8, 32), (30,)) > 1e-6
