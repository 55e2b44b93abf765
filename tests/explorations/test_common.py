"""Guards of what every exploration has in common; what is broken is noticed."""

import pytest

from tests import browser
from tests.explorations.conftest import WORKER, places

NAMES = sorted(places())
SMALL = {"width": 360, "height": 740}

# Words of at least 11 px with a contrast of 4.5, targets of at least 24 px, nothing
# wider than the window.
FORM = (
    browser.CONTRAST
    + """
  const paper = getComputedStyle(document.body).backgroundColor;
  const found = [];
  const view = document.querySelector(".explore-view");
  for (const text of view.querySelectorAll(".explore-plot text")) {
    const style = getComputedStyle(text);
    if (parseFloat(style.fontSize) < 11) found.push("small words: " + text.textContent);
    if (contrast(style.fill, paper) < 4.5)
      found.push("faint words: " + text.textContent);
  }
  for (const line of view.querySelectorAll(".explore-plot path[fill=none]"))
    if (contrast(getComputedStyle(line).stroke, paper) < 3) found.push("a faint line");
  for (const control of view.querySelectorAll("input, select, button")) {
    const { width, height } = control.getBoundingClientRect();
    if (height < 24 || (control.type !== "checkbox" && width < 24))
      found.push("a small target: " + control.outerHTML);
  }
  for (const e of view.querySelectorAll("*"))
    if (e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("svg svg"))
      found.push("wider than the window: " + e.outerHTML.slice(0, 90));
  if (document.documentElement.scrollWidth > innerWidth)
    found.push("the page is wider than the window");
  if (view.getBoundingClientRect().height
      > document.querySelector(".explore").getBoundingClientRect().height)
    found.push("higher than its place");
  return found;
}"""
)

# Its plots are drawn for a window of this width, and so have their places.
FITS = """width => innerWidth === width
  && [...document.querySelectorAll(".explore-plot")].every(plot =>
    plot.clientHeight > 0 && plot.querySelector("text")
    && plot.querySelector("svg").getAttribute("viewBox")
      === `0 0 ${plot.clientWidth} ${plot.clientHeight}`)"""

# What has been asked for is drawn in the next frame.
ANSWER = "window.worker?.answer(); new Promise(requestAnimationFrame)"

# The colours of a scheme, at once.
DYE = """scheme => {
  document.body.dataset.mdColorScheme = { light: "default", dark: "slate" }[scheme]
}"""
AT_ONCE = "* { transition: none !important }"

FRAME, REST = 16, 400  # milliseconds


def fit(exploration, size):
    """Give the window a size and wait until all has its place."""
    exploration.tab.set_viewport_size(size)
    exploration.tab.wait_for_function(FITS, arg=size["width"])


def problems(stage, name, alter=None):
    """Return what is wrong with what one sees of an exploration before it is touched.

    It takes the place of its figure on a phone and on a desktop, and in print gives
    it back.
    """
    with stage.opened(name, alter=alter, ready=False, script=WORKER) as exploration:
        tab, found = exploration.tab, exploration.found
        tab.add_style_tag(content=AT_ONCE)
        figure = exploration.place.locator("figure .plot svg").first
        after = tab.locator("#after")

        def heights():
            for size in (browser.WIDE, SMALL):
                fit(exploration, size)
                yield size["width"], after.bounding_box()["y"]

        before = dict(heights())
        if not figure.is_visible():
            found.append("no figure before it mounts")
        exploration.mount()
        tab.evaluate(ANSWER)
        for width, y in heights():
            if y != before[width]:
                found.append(f"moves the text by {y - before[width]}, {width} px wide")
        for size, scheme in (SMALL, "light"), (SMALL, "dark"), (browser.WIDE, "light"):
            fit(exploration, size)
            tab.emulate_media(color_scheme=scheme)
            tab.evaluate(DYE, scheme)
            wrong = tab.evaluate(FORM)
            found += [f"{text}; {scheme}, {size['width']} px wide" for text in wrong]
        if figure.is_visible():
            found.append("the figure is seen beside it")
        tab.emulate_media(media="print")
        if not figure.is_visible():
            found.append("no figure in print")
        if exploration.place.locator(".explore-view").is_visible():
            found.append("is printed")
        return found


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_read_and_touched_and_nothing_moves(stage, name):
    assert problems(stage, name) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_figure_stands_there_without_javascript(stage, name):
    with stage.opened(name, ready=False, java_script_enabled=False) as exploration:
        assert exploration.place.locator("figure .plot svg").first.is_visible()


@pytest.mark.parametrize("name", NAMES)
def test_a_module_that_fails_leaves_the_figure(stage, name):
    start = "export default function mount"
    alter = {f"explore/{name}.js": {start: f"throw Error('broken');\n{start}"}}
    with stage.opened(name, alter=alter, ready=False) as exploration:
        with exploration.tab.expect_console_message(lambda m: "broken" in m.text):
            exploration.tab.evaluate("near()")
        assert exploration.place.locator("figure .plot svg").first.is_visible()
        assert exploration.place.locator(".explore-view").count() == 0
        assert exploration.found


@pytest.fixture(scope="module", params=NAMES)
def keys(request, stage):
    """Return an exploration for the keyboard; its time and its worker stand still."""
    with stage.opened(request.param, paused=True, script=WORKER) as exploration:
        yield exploration


def test_every_number_shown_is_there_in_full(keys):
    for key, value in keys.values().items():
        assert isinstance(value, float), key
    for plot in keys.place.locator(".explore-plot > svg").all():
        assert plot.get_attribute("aria-label")


def settle(exploration):
    """Let what has been asked for be answered and drawn."""
    exploration.tab.evaluate("window.worker?.answer()")
    exploration.tab.clock.run_for(FRAME)


def test_it_speaks_after_a_rest(keys):
    before, clock = keys.said(), keys.tab.clock
    keys.place.locator("input[type=range]").first.focus()
    for key in ("Left", "Right") * 2:  # each begins a rest anew
        keys.tab.keyboard.press(f"Arrow{key}")
        settle(keys)
        clock.run_for(REST - FRAME - 1)
        assert keys.said() == before
    clock.run_for(FRAME + 1)
    assert keys.said() != before
    assert keys.said().endswith(".")


def test_the_keyboard_does_it_all(keys):
    tab = keys.tab
    stops = keys.place.locator(
        "input:not([type=radio]), select, button, [type=radio]:checked"
    )
    tab.evaluate("document.querySelector('h1').tabIndex = -1")
    tab.locator("h1").focus()
    for k in range(stops.count()):
        tab.keyboard.press("Tab")
        assert stops.nth(k).evaluate("e => e === document.activeElement")
        look = """e => {
          const of = x => x && getComputedStyle(x).outlineStyle
          return [of(e), of(e.nextElementSibling)]
        }"""
        assert "solid" in stops.nth(k).evaluate(look)
        if stops.nth(k).get_attribute("type") in ("range", "radio"):
            settle(keys)
            value = stops.nth(k).input_value()
            state = keys.place.inner_html()
            tab.keyboard.press("ArrowLeft")
            now = tab.evaluate("document.activeElement.value")
            assert now != value
            assert keys.place.inner_html() != state
    assert keys.found == []


BROKEN = {
    "explore.css": {
        "font-size: 0.62rem": "font-size: 0.4rem",
        "height: 1.5rem": "height: 0.5rem",
        "max-width: 28rem;\n  min-width: 0": "min-width: 28rem",
        "min-height: 6rem": "min-height: 20rem",
    },
    "book.css": {"--book-c3: #b0508b": "--book-c3: #eeccdd"},
    "explore/saturation.js": {
        "panel.start()": """panel.start()
          fetch('https://host.invalid/').catch(() => 0)
          fetch('/gone')"""
    },
}
NOTICED = (
    *("small words", "a small target", "wider than the window", "moves the text"),
    *("faint words", "a faint line", "asks another host", "answers 404"),
)


def test_what_is_broken_is_noticed(stage):
    found = problems(stage, "saturation", BROKEN)
    for problem in NOTICED:
        assert any(text.startswith(problem) for text in found), (problem, found)
