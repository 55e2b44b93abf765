"""What the book makes of matplotlib's SVG: lighter, and in the colours of the site."""

import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib
import numpy as np

SVG = "http://www.w3.org/2000/svg"
PATH, USE, GROUP, DEFS, TSPAN = (
    f"{{{SVG}}}{name}" for name in ("path", "use", "g", "defs", "tspan")
)
XLINK = "{http://www.w3.org/1999/xlink}href"
STYLE = Path(__file__).with_name("book.mplstyle")
LINES = re.compile(r"(M [-\d. ]+(L [-\d. ]+)*z? ?)+")
NEAR = 0.05  # points: less than a tenth of a pixel on the page


def _theme():
    """Map each colour of the style file to the CSS that stands for it."""
    style = matplotlib.rc_params_from_file(STYLE, use_default_template=False)
    theme = {
        "#000000": "currentColor",
        "#ffffff": "var(--book-paper, #ffffff)",
    }
    grid = matplotlib.colors.to_hex(style["grid.color"])
    theme[grid] = f"var(--book-grid, {grid})"
    for k, colour in enumerate(style["axes.prop_cycle"].by_key()["color"]):
        colour = matplotlib.colors.to_hex(colour)
        theme[colour] = f"var(--book-c{k}, {colour})"
    return theme


def lighter(path):
    """Return path data without the points that nobody would miss.

    A point goes if it lies within ``NEAR`` of the line between its neighbours
    that stay (Douglas and Peucker's algorithm). matplotlib does so for lines, but
    neither for filled areas nor for filled contours. Paths with curves stay.
    """
    if not LINES.fullmatch(path):
        return path
    parts = []
    for text, close in re.findall(r"M ([^Mz]+)(z?)", path):
        points = [float(number) for number in text.replace("L", " ").split()]
        points = np.array(points).reshape(-1, 2)
        keep = np.zeros(len(points), dtype=bool)
        keep[[0, -1]] = True
        spans = [(0, len(points) - 1)]
        while spans:
            first, last = spans.pop()
            if last - first < 2:
                continue
            inner = points[first + 1 : last] - points[first]
            chord = points[last] - points[first]
            length = chord @ chord
            share = np.clip(inner @ chord / length, 0, 1) if length else 0 * inner[:, 0]
            distance = np.hypot(*(inner - share[:, None] * chord).T)
            far = distance.argmax()
            if distance[far] > NEAR:
                middle = first + 1 + far
                keep[middle] = True
                spans += [(first, middle), (middle, last)]
        # Steps of hundredths, so that rounding does not add up.
        start, *steps = np.rint(points[keep] * 100).astype(int)
        steps = np.diff([start, *steps], axis=0)
        x, y = (f"{number / 100:g}" for number in start)
        moves = " ".join(f"{number / 100:g}" for number in steps.flat)
        parts.append(f"M{x} {y}{moves and 'l'}{moves}{close}")
    return "".join(parts)


def placed(path, x, y):
    """Return path data (of M, L, l, C and z) as drawn at ``x``, ``y``, in steps.

    Marks that are drawn many times then differ in their first point only.
    """
    shift, pen, parts = np.rint([100 * x, 100 * y]).astype(int), None, []
    for letter, text in re.findall(r"([MLlCz])([^MLlCz]*)", path):
        points = np.array(text.split(), dtype=float).reshape(-1, 2)
        points = np.rint(100 * points).astype(int)
        if letter == "M":
            pen = points[0] + shift
            points = pen[None]
        elif letter == "L":
            points = np.diff([pen, *(points + shift)], axis=0)
        elif letter == "C":
            ends = points[2::3] + shift
            starts = np.array([pen, *ends[:-1]])
            points, pen = points + shift - starts.repeat(3, axis=0), ends[-1]
        if letter in "Ll":
            pen = pen + points.sum(axis=0)
        letter = letter.replace("L", "l").replace("C", "c")
        parts.append(letter + " ".join(f"{n / 100:g}" for n in points.flat))
    return "".join(parts)


def _drawn(use, marks):
    """Return a ``use`` of one of ``marks`` as a path, and if it may join others.

    It may if it has one opaque colour: who is above whom does not show then.
    """
    mark, x, y = marks[use.get("href")], float(use.get("x")), float(use.get("y"))
    style = {}
    for text in (use.get("style", ""), mark.get("style", "")):
        style |= dict(one.split(": ", 1) for one in text.split("; ") if one)
    text = "; ".join(f"{name}: {value}" for name, value in style.items())
    path = ET.Element(PATH, d=placed(mark.get("d"), x, y), style=text)
    plain = style.get("fill") in (None, style.get("stroke"))
    return path, plain and not any("opacity" in name for name in style)


def _joined(children, marks):
    """Return the children of one element with marks and letters joined."""
    found, style, places = [], None, []
    for child in children:
        last = found[-1] if found else None
        if child.tag == USE:
            place = float(child.get("x")), float(child.get("y"))
            child, joins = _drawn(child, marks)
            # Chromium leaves gaps in many outlines that nearly coincide.
            near = any(math.dist(place, other) < 1 for other in places)
            if joins and child.get("style") == style and not near:
                last.set("d", last.get("d") + child.get("d"))
                places.append(place)
                continue
            style, places = child.get("style") if joins else None, [place]
        else:
            style = None
        if child.tag == TSPAN:
            if not child.text:
                continue
            same = last is not None and last.tag == TSPAN
            if same and all(last.get(n) == child.get(n) for n in ("y", "style")):
                last.text += child.text
                last.set("x", f"{last.get('x')} {child.get('x')}")
                continue
        found.append(child)
    return found


def flat(root):
    """Let the figure ``root`` say the same with fewer elements, which cost time.

    A mark that is drawn again and again is drawn where it stands, neighbours of one
    colour as one path; letters of a formula that stand in one row are one piece; a
    group without attributes is what it holds.
    """
    marks = {f"#{e.get('id')}": e for e in root.iter(PATH) if "id" in e.attrib}
    for parent in list(root.iter()):
        parent[:] = _joined(parent, marks)
    for parent in reversed(list(root.iter())):
        children = []
        for child in parent:
            if child.tag == GROUP and not child.attrib:
                children += child
            elif child.tag in (GROUP, DEFS) and not len(child):
                pass
            elif parent.tag != DEFS or f"#{child.get('id')}" not in marks:
                children.append(child)
        parent[:] = children


def themed(svg, title, description, prefix):
    """Return matplotlib's ``svg`` (text) as the book embeds it (text).

    ``prefix`` keeps the ids of two figures on one page apart.
    """
    root = ET.fromstring(svg)
    theme = _theme()
    for parent in list(root.iter()):
        for child in list(parent):
            # matplotlib's <style> would apply to the whole page.
            if child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style"):
                parent.remove(child)
    referred = set(re.findall(r"url\(#([^)]+)\)", svg))
    referred |= set(re.findall(r'href="#([^"]+)"', svg))
    for element in root.iter():
        if XLINK in element.attrib:
            element.set("href", element.attrib.pop(XLINK))
        for name, value in list(element.attrib.items()):
            if name == "id":
                if value in referred:
                    element.set("id", f"{prefix}-{value}")
                else:
                    del element.attrib["id"]
                continue
            value = re.sub(r"url\(#", f"url(#{prefix}-", value)
            if name == "href":
                value = re.sub(r"^#", f"#{prefix}-", value)
            elif name == "style":
                value = re.sub(
                    r"#[0-9a-f]{6}\b", lambda m: theme.get(m[0], m[0]), value
                )
                # Text is set in the page's own font.
                value = re.sub(r"font: ([\d.]+px) [^;]+", r"font-size: \1", value)
                value = re.sub(r";? *font-family: [^;]+", "", value)
            elif name == "transform" and value.startswith("rotate(-0 "):
                del element.attrib[name]
                continue
            elif name in ("d", "points", "x", "y", "width", "height"):
                value = re.sub(
                    r"-?\d+\.\d+",
                    lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."),
                    " ".join(value.split()),
                )
                value = lighter(value) if name == "d" else value
            element.set(name, value)
        if element.tag != f"{{{SVG}}}text" and not (element.text or "").strip():
            element.text = None
        if not (element.tail or "").strip():
            element.tail = None
    flat(root)
    width, height = root.get("viewBox").split()[2:]
    # 72 points are 96 CSS pixels.
    root.set("width", f"{float(width) * 4 / 3:.0f}")
    root.set("height", f"{float(height) * 4 / 3:.0f}")
    root.set("style", "fill: currentColor; stroke-linejoin: round")
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    for k, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(f"{{{SVG}}}{tag}", id=f"{prefix}-{tag}")
        element.text = text
        root.insert(k, element)
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode") + "\n"
