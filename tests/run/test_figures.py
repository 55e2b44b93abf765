"""Guards of figures: they are light, and look as matplotlib drew them."""

import io
import re

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from book.run import svg
from book.run.svg import NEAR, STYLE, lighter, placed


def test_the_ids_of_a_figure_are_the_same_in_each_run():
    def drawn():
        text = io.StringIO()
        figure = Figure()
        figure.subplots().plot([1, 2], "o-")
        figure.savefig(text, format="svg", metadata={"Date": None})
        return text.getvalue()

    assert drawn() != drawn()
    with matplotlib.rc_context(fname=STYLE):
        assert drawn() == drawn()


def corners(path):
    """Return the points of one part of path data that ``lighter`` wrote."""
    numbers = re.findall(r"-?[\d.]+(?:e-?\d+)?", path)
    return np.cumsum(np.array(numbers, float).reshape(-1, 2), axis=0)


def furthest(points, line):
    """Return how far any of ``points`` lies from a broken line."""
    apart = []
    for point in points:
        chords = np.diff(line, axis=0)
        share = ((point - line[:-1]) * chords).sum(1) / (chords**2).sum(1)
        foot = line[:-1] + np.clip(share, 0, 1)[:, None] * chords
        apart.append(np.hypot(*(point - foot).T).min())
    return max(apart)


def test_a_curve_keeps_its_shape_with_few_points():
    x = np.linspace(0, 300, 2001)
    points = np.stack([x, 100 * np.exp(-(((x - 150) / 40) ** 2))], axis=1)
    path = "M " + " L ".join(f"{a:.2f} {b:.2f}" for a, b in points)
    found = corners(lighter(path))
    assert 20 < len(found) < 100
    assert furthest(points, found) < NEAR + 0.01
    assert np.allclose(found[[0, -1]], points[[0, -1]], atol=0.01)


def test_parts_and_closing_lines_stay():
    square = "M 0 0 L 10 0 L 20 0 L 20 9.5 L 0 9.5 z"
    assert lighter(square) == "M0 0l20 0 0 9.5 -20 0z"
    assert lighter(f"{square} {square}") == 2 * "M0 0l20 0 0 9.5 -20 0z"
    assert lighter("M 0 0 L 5 5 L 0 0 z") == "M0 0l5 5 -5 -5z"


def test_curves_are_left_as_they_are():
    circle = "M 0 3 C 0.8 3 1.56 2.68 2.12 2.12 L 3 3 z"
    assert lighter(circle) == circle


def test_a_mark_is_drawn_where_it_stands():
    assert placed("M0 0l0 3.5", 57.29, 225.32) == "M57.29 225.32l0 3.5"
    # Two curves and a line back, in steps from point to point.
    found = placed("M 0 3 C 1 3 2 2 3 0 C 3 -1 2 -2 0 -3 L 0 3 z", 10, 0.5)
    assert found == "M10 3.5c1 0 2 -1 3 -3c0 -1 -1 -2 -3 -3l0 6z"
    twice = placed("M0 0l1 0 0 1zM5 5l1 0 0 1z", -1, 0)
    assert twice == "M-1 0l1 0 0 1zM4 5l1 0 0 1z"


@pytest.fixture(scope="module")
def drawing():
    """Return a figure, as matplotlib writes it, with marks of all kinds."""
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(4, 3))
        axes = figure.subplots()
        x = np.linspace(0, 1, 40)
        axes.plot(x, x**2, "o", ms=5, label="$x_i^2$")
        axes.plot(x, 0.9 - x, "s", ms=4, color="C1", label="squares")
        axes.plot(x[::4], x[::4] / 2 + 0.3, "D", mfc="white", label="open")
        axes.plot(x, 0.5 + 0.1 * x, "o", ms=9, alpha=0.3, color="C2", label="faint")
        axes.plot([0.5] * 12, 0.1 + np.geomspace(1e-4, 0.05, 12), "o", color="C3")
        axes.set_xlabel(r"$\sigma_w^2$ (here $\sigma_b = 0.05$)")
        axes.minorticks_on()
        axes.legend()
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg")
    return buffer.getvalue()


def pixels(chromium, svg):
    context = chromium.new_context(device_scale_factor=2)
    try:
        tab = context.new_page()
        tab.set_content(svg)
        shot = tab.locator("svg").screenshot()
        return np.array(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
    finally:
        context.close()


def moved(path, x, y):
    return placed(path, x + 0.5, y)


def merged(children, marks):
    """Join marks of whatever paint, as _joined() must not."""
    found = []
    for child in children:
        if child.tag == svg.USE:
            child = svg._drawn(child, marks)[0]
            if found and found[-1].get("style") == child.get("style"):
                found[-1].set("d", found[-1].get("d") + child.get("d"))
                continue
        found.append(child)
    return found


@pytest.mark.parametrize(
    "broken",
    [None, ("placed", moved), ("_joined", merged), ("_joined", lambda c, _: c)],
)
def test_fewer_elements_look_the_same(chromium, drawing, monkeypatch, broken):
    with monkeypatch.context() as patch:
        patch.setattr(svg, "flat", lambda root: None)
        whole = svg.themed(drawing, "title", "description", "f")
    if broken:
        monkeypatch.setattr(svg, *broken)
    light = svg.themed(drawing, "title", "description", "f")
    apart = np.abs(pixels(chromium, whole) - pixels(chromium, light)).max()
    few = 3 * light.count("<") < whole.count("<")
    few = few and "<use" not in light and "<g>" not in light
    assert (few and apart < 40) == (broken is None), apart


def test_letters_in_a_row_are_one_piece(drawing):
    light = svg.themed(drawing, "title", "description", "f")
    pieces = re.findall(r'<tspan x="([^"]*)"[^>]*>([^<]*)</tspan>', light)
    assert any(len(text) > 5 for _, text in pieces)
    assert all(len(x.split()) == len(text) for x, text in pieces)
