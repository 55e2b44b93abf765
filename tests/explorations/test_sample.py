"""Guards of the example that moves: the numbers are those of torch's two layers."""

import ast
from itertools import product

import pytest
import torch
from torch.nn.functional import batch_norm, layer_norm

from book import ROOT
from tests.explorations.conftest import first_by_default, largest

SNIPPET = ROOT / "snippets/batch-norm/transform/one_example.py"
DISTANCES = (-6.0, -2.3, -0.1, 0.0, 0.4, 4.0, 6.0)
GRID = tuple(product(("one", "all"), DISTANCES))

# All outputs of both layers, as the module computes them.
OUTPUTS = """async ([assets, grid]) => {
  const { batchNorm, layerNorm, moved } = await import(assets + "explore/sample.js")
  return grid.map(([which, distance]) => {
    const x = moved(distance, which === "all")
    return [batchNorm(x), layerNorm(x)]
  })
}"""

# Where unit 1 stands in a plot: one circle for each example.
CIRCLES = "all => all.map(e => +e.getAttribute('cx'))"


def batch():
    """Return the batch at rest, of the program whose figure stands on the page."""
    for node in ast.parse(SNIPPET.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "rest":
            return ast.literal_eval(node.value.args[0])
    raise AssertionError


def outputs(which, distance):
    """Return what torch makes of the batch: batch norm and layer norm."""
    x = torch.tensor(batch(), dtype=torch.float64)
    x[0, slice(None) if which == "all" else 0] += distance
    return [batch_norm(x, None, None, training=True), layer_norm(x, (3,))]


def numbers(which, distance):
    """Return what is shown."""
    found = {}
    rest, now = outputs(which, 0), outputs(which, distance)
    for key, before, after in zip(("bn", "ln"), rest, now, strict=True):
        found[f"{key}-others"] = (after - before)[1:].abs().max().item()
        for unit in range(3):
            found[f"{key}-{unit + 1}"] = after[0, unit].item()
    return found


def wrong(exploration):
    """Return the largest deviation of what is shown, over the grid."""
    worst = 0
    grid = [{"which": which, "distance": distance} for which, distance in GRID]
    for settings, shown in exploration.sweep_values(grid):
        true = numbers(**settings)
        assert shown.keys() == true.keys()
        worst = largest(worst, *(abs(shown[k] - true[k]) for k in true))
    return worst


def test_the_numbers_are_those_of_torch(stage):
    with stage.opened("sample") as exploration:
        assert wrong(exploration) < 1e-9


def test_so_are_all_outputs(stage):
    with stage.opened("sample") as exploration:
        got = exploration.tab.evaluate(OUTPUTS, ["/assets/", GRID])
    want = torch.stack([torch.stack(outputs(*setting)) for setting in GRID])
    got = torch.tensor(got, dtype=torch.float64)
    torch.testing.assert_close(got, want, rtol=0, atol=1e-9)


def test_the_circles_stand_where_torch_puts_unit_1(stage):
    with stage.opened("sample") as exploration:
        for which, distance in (("one", 4), ("all", -6)):
            exploration.set(which=which, distance=distance)
            plots = exploration.place.locator(".explore-plot")
            for k, y in enumerate(outputs(which, distance), start=1):
                cx = plots.nth(k).locator("circle").evaluate_all(CIRCLES)
                cx = torch.tensor(cx, dtype=torch.float64)
                pixels = (cx - cx[0]) / (y[:, 0] - y[0, 0])
                assert pixels[1:].std() < 1e-6 * pixels[1:].mean()


def test_under_layer_norm_the_others_do_not_move(stage):
    with stage.opened("sample") as exploration:
        rest = numbers("one", 0)
        grid = [{"which": which, "distance": distance} for which, distance in GRID]
        for settings, shown in exploration.sweep_values(grid):
            assert shown["ln-others"] == 0
            assert (shown["bn-others"] > 0) == (settings["distance"] != 0)
            if settings["which"] == "all":  # nor does it itself
                for unit in ("ln-1", "ln-2", "ln-3"):
                    assert shown[unit] == pytest.approx(rest[unit], abs=1e-9)


def test_what_is_seen_before_it_is_touched(stage):
    # What one_example.py prints, in the figure that stands there otherwise.
    rows = SNIPPET.with_suffix(".txt").read_text().splitlines()
    batch, layer = (row.split() for row in rows[2:])
    assert (batch[0], layer[0]) == ("batch", "layer")
    with stage.opened("sample") as exploration:
        shown = exploration.values()
    assert f"{shown['bn-others']:.2f}" == batch[-1]
    assert f"{shown['ln-others']:.2f}" == layer[-1]


@pytest.mark.parametrize("finger", [False, True])
def test_a_drag_moves_the_example(stage, finger):
    with stage.opened("sample", has_touch=finger) as exploration:
        plot = exploration.place.locator(".explore-plot").first
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        y = box["y"] + box["height"] / 2
        if finger:
            exploration.tab.touchscreen.tap(box["x"] + box["width"] / 4, y)
        else:
            mouse = exploration.tab.mouse
            mouse.move(box["x"] + box["width"] / 2, y)
            mouse.down()
            mouse.move(box["x"] + box["width"] / 4, y)
            mouse.up()
        distance = float(exploration.control("distance").input_value())
        # Its circle stands under the pointer, to half a step of 0.1.
        (circle, *_) = plot.locator("circle").evaluate_all(CIRCLES)
        assert circle == pytest.approx(box["width"] / 4, abs=0.05 * box["width"] / 14)
        true = numbers("one", distance)
        assert exploration.values() == pytest.approx(true, abs=1e-9)


def test_the_keyboard_moves_it_by_a_tenth(stage):
    with stage.opened("sample") as exploration:
        exploration.control("distance").focus()
        for _ in range(3):
            exploration.tab.keyboard.press("ArrowRight")
        assert exploration.values() == pytest.approx(numbers("one", 4.3), abs=1e-9)
        exploration.tab.keyboard.press("Home")
        assert exploration.values() == pytest.approx(numbers("one", -6), abs=1e-9)


@pytest.mark.parametrize(
    ("old", "new"),
    first_by_default(
        [
            ("(v - mean) ** 2, 0) / values.length", "(v - mean) ** 2, 0) / 4"),
            ("EPS = 1e-5", "EPS = 1e-6"),
            ("(v - mean) / Math", "(mean - v) / Math"),
            ("[0.6, -0.3, 3.4]", "[0.6, -0.3, 3.5]"),
            (
                "layerNorm = (x) => x.map(standardise)",
                "layerNorm = (x) => batchNorm(x)",
            ),
        ]
    ),
)
def test_a_wrong_formula_is_noticed(stage, old, new):
    alter = {"explore/sample.js": {old: new}}
    with stage.opened("sample", alter=alter) as exploration:
        assert wrong(exploration) > 1e-9
