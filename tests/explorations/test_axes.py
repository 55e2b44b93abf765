"""Guards of the axes exploration: what it shows as pooled is what torch pools."""

import ast
import math
import re
from functools import cache

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.explorations.conftest import first_by_default, largest

SIZES = N, C, H, W = 3, 4, 2, 3
ENTRIES = torch.arange(N * C * H * W)
POSITION = H * W


def tokens(norm):
    """Return ``norm`` over the channels of each position."""
    return lambda x: norm(x.movedim(1, -1), (C,)).movedim(-1, 1)


FUNCTIONS = {
    ("batch", 2): lambda x: F.batch_norm(x, None, None, training=True),
    ("layer", 2): lambda x: F.layer_norm(x, (C, H, W)),
    ("token", 2): tokens(F.layer_norm),
    ("instance", 2): F.instance_norm,
    ("group", 1): lambda x: F.group_norm(x, 1),
    ("group", 2): lambda x: F.group_norm(x, 2),
    ("group", 4): lambda x: F.group_norm(x, 4),
    ("rms", 2): tokens(F.rms_norm),
}
LAYERS = {
    "batch": nn.BatchNorm2d(C),
    "layer": nn.LayerNorm((C, H, W)),
    "token": nn.LayerNorm(C),
    "instance": nn.InstanceNorm2d(C, affine=True),
    "group": nn.GroupNorm(2, C),
    "rms": nn.RMSNorm(C),
}
X = (
    torch.arange(1, 73, dtype=torch.float64)
    .square()
    .mul(3)
    .remainder(10)
    .reshape(SIZES)
)


@cache
def changed(case):
    """Return for each entry which outputs change if this one input does, (72, 72)."""
    function = FUNCTIONS[case]
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(SIZES, generator=generator, dtype=torch.float64)
    rows = []
    y = function(x)
    for entry in ENTRIES:
        moved = x.clone()
        moved.view(-1)[entry] += 1
        rows.append(((function(moved) - y).abs() > 1e-9).flatten())
    return torch.stack(rows)


# The cells, the ringed one, the texts, and the numbers in full.
LOOK = """place => {
  const cells = [...place.querySelectorAll("[data-entry]")]
  const box = e => { const b = e.getBBox(); return [b.x + b.width / 2,
                                                    b.y + b.height / 2] }
  const ring = box(place.querySelector(".explore-plot > svg > rect"))
  const near = e => { const b = box(e)
    return Math.hypot(b[0] - ring[0], b[1] - ring[1]) < 2 }
  const outputs = [...place.querySelectorAll("output[data-key]")]
  return [
    cells.map(e => [Number(e.dataset.entry), "pooled" in e.dataset,
                    e.querySelectorAll("path").length === 1]),
    Number(cells.find(near).dataset.entry),
    Object.fromEntries(outputs.map(e => [e.dataset.key, e.textContent])),
    Object.fromEntries(outputs.map(e => [e.dataset.key, e.dataset.value])),
  ]
}"""


def choice(name, groups):
    """Return the settings of a normaliser; moving the groups chooses group norm."""
    return {"groups": [1, 2, 4].index(groups), "norm": name}


def visit(exploration, cases, entries):
    """Choose each entry under each normaliser; yield both and what is seen."""
    all_ = [(case, entry) for case in cases for entry in entries.tolist()]
    grid = []
    for case, entry in all_:
        n, rest = divmod(entry, C * POSITION)
        c, p = divmod(rest, POSITION)
        grid.append({**choice(*case), "n": n, "c": c, "p": p})
    for place, found in zip(all_, exploration.sweep(grid, LOOK), strict=True):
        yield *place, read(found)


def read(found):
    """Return which cells are hatched, the ringed one, the texts and the numbers."""
    cells, ring, texts, values = found
    assert [entry for entry, _, _ in cells] == ENTRIES.tolist()
    assert all(pooled == hatched for _, pooled, hatched in cells)
    values = {key: float(value) for key, value in values.items()}
    return torch.tensor([pooled for _, pooled, _ in cells]), ring, texts, values


def look(exploration):
    """Return the same of what is seen now."""
    return read(exploration.place.evaluate(LOOK))


def wrong_sets(exploration, cases=FUNCTIONS, entries=ENTRIES):
    """Return the settings at which the cells that are marked are not torch's."""
    found = []
    for case, entry, (cells, ring, texts, values) in visit(exploration, cases, entries):
        assert ring == entry
        slices, count = re.fullmatch(
            r"x\[(.*)\], (\d+) values", texts["pooled"]
        ).groups()
        index = tuple(
            slice(*(int(i) if i else None for i in part.split(":")))
            if ":" in part
            else int(part)
            for part in slices.split(", ")
        )
        named = torch.zeros(SIZES, dtype=torch.bool)
        named[index] = True
        true = changed(case)[entry]
        if not (
            torch.equal(cells, true)
            and torch.equal(named.flatten(), true)
            and int(count) == values["pooled"] == true.sum()
        ):
            found.append((case, entry))
    return found


@pytest.fixture(scope="module")
def axes(stage):
    """Return the exploration, for tests that choose what they need."""
    with stage.opened("axes") as exploration:
        yield exploration


def test_what_is_marked_is_what_reacts_in_torch(axes):
    assert wrong_sets(axes) == []
    assert axes.found == []


@pytest.mark.parametrize(("name", "groups"), FUNCTIONS)
def test_the_shapes_are_those_of_torch(axes, name, groups):
    distinct = changed((name, groups)).unique(dim=0)
    axes.set(**choice(name, groups))
    _, _, texts, values = look(axes)
    shapes = {}
    for key in "statistics", "gamma":
        shape, count = re.fullmatch(r"(.*), (\d+) values", texts[key]).groups()
        shapes[key] = ast.literal_eval(shape)
        assert int(count) == values[key] == math.prod(shapes[key])
    assert shapes["gamma"] == tuple(LAYERS[name].weight.shape)
    # Every entry is pooled once.
    assert math.prod(shapes["statistics"]) == len(distinct)
    assert (distinct.sum(0) == 1).all()
    # Broadcasting statistics of this shape is the layer.
    shape = shapes["statistics"]
    x = X.unflatten(1, (groups, -1)) if name == "group" else X
    axes = [axis for axis, size in enumerate(shape) if size == 1]
    mean = x.mean(axes, keepdim=True) * (name != "rms")
    square = (x - mean).square().mean(axes, keepdim=True)
    assert mean.shape == square.shape == shape
    y = (x - mean) / torch.sqrt(square + (2**-52 if name == "rms" else 1e-5))
    expected = FUNCTIONS[name, groups](X)
    torch.testing.assert_close(y.reshape(SIZES), expected, rtol=0, atol=1e-12)


def deviation(exploration, cases=FUNCTIONS, entries=ENTRIES[::5]):
    """Return the largest deviation of a number that is shown from torch."""
    worst = 0
    for case, entry, (_, _, _, shown) in visit(exploration, cases, entries):
        values = X.flatten()[changed(case)[entry]]
        true = {"output": FUNCTIONS[case](X).flatten()[entry]}
        if case[0] == "rms":
            assert math.isnan(shown["mean"])
            true["square"] = values.square().mean()
        else:
            true["square"], true["mean"] = torch.var_mean(values, correction=0)
        worst = largest(worst, *(abs(shown[k] - true[k].item()) for k in true))
    return worst


def test_the_numbers_are_those_of_torch(axes):
    words = axes.place.locator(".explore-words text")
    shown = [int(t) for t in words.all_text_contents() if t.isdigit()]
    assert shown[C + N :] == X.flatten().tolist()
    assert deviation(axes) < 1e-12


def test_a_click_chooses_the_entry(stage):
    size = {"width": 360, "height": 740}
    with stage.opened("axes", size=size, has_touch=True) as exploration:
        exploration.set(norm="token")
        for entry in 0, 38, 71:
            exploration.place.locator(f'[data-entry="{entry}"]').tap()
            cells, ring, _, _ = look(exploration)
            assert ring == entry
            assert torch.equal(cells, changed(("token", 2))[entry])


def test_moving_the_groups_chooses_group_norm(stage):
    with stage.opened("axes") as exploration:
        exploration.control("groups").press("ArrowRight")
        assert exploration.control("norm").locator(":checked").input_value() == "group"
        assert exploration.values()["pooled"] == C * POSITION / 4


def test_what_is_seen_before_it_is_touched(stage):
    with stage.opened("axes") as exploration:
        cells, ring, texts, _ = look(exploration)
        assert ring == C * POSITION + POSITION + 1
        assert cells.sum() == 18
        assert texts["pooled"] == "x[:, 1, :, :], 18 values"
        assert texts["statistics"] == "(1, 4, 1, 1), 4 values"


@pytest.mark.parametrize(
    ("old", "new", "case"),
    first_by_default(
        [
            ('"batch", pools: [1, 0, 1, 1]', '"batch", pools: [1, 0, 0, 0]', "batch"),
            (
                '"layer, token", pools: [0, 1, 0',
                '"layer, token", pools: [0, 1, 1',
                "token",
            ),
            ("at[axis] - (at[axis] % width)", "0", "group"),
        ]
    ),
)
def test_a_wrong_set_is_noticed(stage, old, new, case):
    alter = {"explore/axes.js": {old: new}}
    with stage.opened("axes", alter=alter) as exploration:
        assert wrong_sets(exploration, [(case, 2)], ENTRIES[::20])


@pytest.mark.parametrize(
    ("old", "new"),
    first_by_default(
        [
            ("sum + f(x), 0) / values.length", "sum + f(x), 0) / (values.length - 1)"),
            ("1e-5", "1e-6"),
        ]
    ),
)
def test_a_wrong_number_is_noticed(stage, old, new):
    alter = {"explore/axes.js": {old: new}}
    with stage.opened("axes", alter=alter) as exploration:
        assert deviation(exploration, [("instance", 2)], ENTRIES[::20]) > 1e-9
