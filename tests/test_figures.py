"""Guards of figures: they are light, and look as matplotlib drew them."""

import re

import numpy as np

from book.backend import NEAR, lighter


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
