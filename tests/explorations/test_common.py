"""Guards of what every exploration has in common; what is broken is noticed."""

import pytest

from tests import browser
from tests.explorations.conftest import places

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

# A step that is not known yet: the worker of `train` answers when it can.
AWAITED = "output[data-key=step][data-value=NaN]"

# Mount only when the test says so.
HOLD = (
    "({ default: mount }) => {",
    "async ({ default: mount }) => { await new Promise(go => { window.go = go });",
)


def moved(stage, name, size, alter=None):
    """Return by how many pixels the text below moves when ``name`` mounts."""
    alter = {"book.js": HOLD, **(alter or {})}
    with stage.opened(name, size=size, alter=alter, ready=False) as exploration:
        exploration.place.scroll_into_view_if_needed()
        exploration.tab.wait_for_function("'go' in window")
        after = exploration.tab.locator("#after")
        before = after.bounding_box()["y"]
        exploration.tab.evaluate("window.go()")
        exploration.tab.wait_for_selector("[data-mounted]", state="attached")
        exploration.tab.wait_for_selector(".explore-plot text")
        return after.bounding_box()["y"] - before


def form_problems(stage, name, size=SMALL, scheme="light", alter=None):
    with stage.opened(name, size=size, scheme=scheme, alter=alter) as exploration:
        exploration.tab.wait_for_selector(".explore-plot text")
        return exploration.tab.evaluate(FORM) + exploration.found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_read_and_touched_on_a_phone(stage, name, scheme):
    assert form_problems(stage, name, scheme=scheme) == []


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_read_on_a_desktop(stage, name):
    assert form_problems(stage, name, size=browser.WIDE) == []


@pytest.mark.parametrize("size", [SMALL, browser.WIDE])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_moves_when_it_mounts(stage, name, size):
    assert moved(stage, name, size) == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_keyboard_does_it_all(stage, name):
    with stage.opened(name) as exploration:
        tab = exploration.tab
        stops = exploration.place.locator(
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
                tab.wait_for_selector(AWAITED, state="detached")
                value = stops.nth(k).input_value()
                state = exploration.place.inner_html()
                tab.keyboard.press("ArrowLeft")
                now = tab.evaluate("document.activeElement.value")
                assert now != value
                assert exploration.place.inner_html() != state
        assert exploration.found == []


@pytest.mark.parametrize("name", NAMES)
def test_it_speaks_after_a_rest(stage, name):
    with stage.opened(name) as exploration:
        assert exploration.said() == ""
        control = exploration.place.locator("input[type=range]").first
        control.focus()
        for _ in range(3):
            exploration.tab.keyboard.press("ArrowLeft")
        exploration.tab.wait_for_function(
            "document.querySelector('.explore-said').textContent.endsWith('.')"
        )
        first = exploration.said()
        # In one task, in which no time passes.
        said = control.evaluate("""input => {
          input.stepDown()
          input.dispatchEvent(new Event("input", { bubbles: true }))
          return document.querySelector(".explore-said").textContent
        }""")
        assert said == first  # not yet


@pytest.mark.parametrize("name", NAMES)
def test_every_number_shown_is_there_in_full(stage, name):
    with stage.opened(name) as exploration:
        for key, value in exploration.values().items():
            assert isinstance(value, float), key
        for plot in exploration.place.locator(".explore-plot > svg").all():
            assert plot.get_attribute("aria-label")


@pytest.mark.parametrize("name", NAMES)
def test_the_figure_stands_there_without_javascript_and_in_print(stage, name):
    off = {"java_script_enabled": False, "ready": False}
    with stage.opened(name, **off) as exploration:
        assert exploration.place.locator("figure .plot svg").first.is_visible()
    with stage.opened(name) as exploration:
        figure = exploration.place.locator("figure .plot svg").first
        assert not figure.is_visible()
        exploration.tab.emulate_media(media="print")
        assert figure.is_visible()
        assert not exploration.place.locator(".explore-view").is_visible()


@pytest.mark.parametrize("name", NAMES)
def test_a_module_that_fails_leaves_the_figure(stage, name):
    alter = {f"explore/{name}.js": ("export default function mount", "throw 1; ")}
    with stage.opened(name, alter=alter, ready=False) as exploration:
        with exploration.tab.expect_event("console"):
            exploration.place.scroll_into_view_if_needed()
        assert exploration.place.locator("figure .plot svg").first.is_visible()
        assert exploration.found


BROKEN = {
    "small words": ("explore.css", "font-size: 0.62rem", "font-size: 0.4rem"),
    "faint words": ("book.css", "--book-c3: #b0508b", "--book-c3: #eeccdd"),
    "a faint line": ("book.css", "--book-c3: #b0508b", "--book-c3: #eeccdd"),
    "a small target": ("explore.css", "height: 1.5rem", "height: 0.5rem"),
    "wider than the window": (
        "explore.css",
        "max-width: 28rem;\n  min-width: 0",
        "min-width: 28rem",
    ),
    "asks another host": (
        "explore/saturation.js",
        "panel.start()",
        "panel.start(); fetch('https://host.invalid/').catch(() => 0)",
    ),
    "answers 404": (
        "explore/saturation.js",
        "panel.start()",
        "panel.start(); fetch('/gone')",
    ),
}


@pytest.mark.parametrize("problem", BROKEN)
def test_what_is_broken_is_noticed(stage, problem):
    path, old, new = BROKEN[problem]
    found = form_problems(stage, "saturation", alter={path: (old, new)})
    assert any(problem in text for text in found), found


def test_what_moves_is_noticed(stage):
    alter = {"explore.css": ("min-height: 6rem", "min-height: 20rem")}
    assert moved(stage, "saturation", SMALL, alter) > 0
