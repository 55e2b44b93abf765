"""Guards of what is added to the theme: a lazy search, descriptions, valid HTML."""

import json
import re
from types import SimpleNamespace

import pytest
from bs4 import NavigableString
from markdown import Markdown
from markdown.preprocessors import Preprocessor

from book.render import pages
from tests import browser

INDEX = "search/search_index.json"


# What a page asks for, what is sent of that, and how its search opens and closes.
ASKED = """
window.asked = [];
window.sent = [];
window.toggled = [];
const { open, send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function (method, url) {
  asked.push(this.address = String(url).split("/").pop());
  return open.apply(this, arguments);
};
XMLHttpRequest.prototype.send = function () {
  sent.push(this.address);
  return send.apply(this, arguments);
};
addEventListener("change", ({ target }) => {
  if (target.id === "__search") toggled.push(target.checked);
});
"""


@pytest.mark.parametrize(
    ("page", "key"),
    [("", "/"), ("", "f"), ("", "s"), ("phenomenon/saturation/", "click")],
)
def test_the_search_index_is_fetched_when_the_search_is_opened(
    page, key, chromium, address
):
    tab = chromium.new_page()
    tab.add_init_script(ASKED)
    tab.goto(address + page)
    tab.wait_for_function("asked.length")
    assert tab.evaluate("[asked, sent]") == [["search_index.json"], []]
    box = tab.get_by_role("textbox", name="Search")
    if key == "click":
        box.click()
    else:
        tab.keyboard.press(key)
    tab.wait_for_function("toggled.at(-1)")
    assert tab.evaluate("toggled") == [True]
    box.press_sequentially("bibliography")
    result = tab.locator(".md-search-result__link").first
    assert "reference/bibliography/" in result.get_attribute("href")
    assert tab.evaluate("[asked, sent]") == [["search_index.json"]] * 2
    tab.keyboard.press("Escape")
    tab.wait_for_function("!toggled.at(-1)")
    assert tab.evaluate("[asked, sent]") == [["search_index.json"]] * 2
    tab.close()


@pytest.mark.parametrize("apostrophe", ["'", "\N{RIGHT SINGLE QUOTATION MARK}"])
def test_a_name_is_found_with_either_apostrophe(apostrophe, chromium, address):
    tab = chromium.new_page()
    tab.goto(f"{address}?q=Stein{apostrophe}s")
    result = tab.locator(".md-search-result__link").first
    assert "phenomenon/saturation/" in result.get_attribute("href")
    tab.close()


def words(element):
    """Return what is read of an element, without programs, formulas and figures."""
    found = []
    for child in element.children:
        if type(child) is NavigableString:  # and no comment
            found.append(child)
        elif child.name not in {None, "pre", "code", "math", "svg", "script", "style"}:
            found.append(words(child))
    return "".join(found)


def test_quotation_marks_are_curly_but_in_programs(site):
    for path in sorted(site.rglob("index.html")):
        text = words(browser.parsed(path).select_one("article"))
        assert len(text) > 500
        assert re.findall(r".{0,20}[\"'].{0,20}", text) == [], path


def test_a_link_to_a_search_and_a_found_page_still_work(chromium, address):
    tab = chromium.new_page()
    tab.goto(address + "?q=saturation")
    tab.locator(".md-search-result__link").first.wait_for()
    tab.goto(address + "phenomenon/saturation/?h=saturation")
    tab.locator("article mark").first.wait_for()
    tab.close()


def test_the_index_has_every_heading_and_no_program(site):
    entries = json.loads((site / INDEX).read_text(encoding="utf-8"))["docs"]
    places = {entry["location"] for entry in entries}
    for path in sorted(site.rglob("index.html")):
        page = path.parent.relative_to(site).as_posix().removeprefix(".")
        for heading in browser.parsed(path).select("article :is(h2, h3, h4)[id]"):
            assert f"{page}/#{heading['id']}".lstrip("/") in places
    text = "".join(entry["text"] for entry in entries)
    assert "torch.manual_seed" not in text
    assert "<pre>" not in text


def test_every_page_describes_itself(site):
    said = {}
    for path in sorted(site.rglob("index.html")):
        meta = browser.parsed(path).select_one("meta[name=description]")
        said[path] = meta["content"]
    assert all(20 < len(text) <= pages.LONGEST + 2 for text in said.values()), said
    assert len(set(said.values())) == len(said)


def test_a_description_is_the_question_or_the_beginning():
    first = '<p>A "first" <b>one</b>.</p>'
    question = (
        '<div class="admonition question"><p class="admonition-title">Q</p>'
        '<p>Is <span class="arithmatex"><math><mi>x</mi></math></span> it?</p></div>'
    )
    assert pages.description(first + question) == "Is it?"
    assert pages.description(first) == "A &quot;first&quot; one."
    assert pages.description("") == ""
    long = pages.description(f"<p>{'word ' * 99}</p>")
    assert long.endswith("word \u2026")
    assert len(long) <= pages.LONGEST + 2


def test_a_page_is_finished_and_zensical_told_how_it_describes_itself():
    text = "# A\n\nOf `a_b.py`.\n\n| a | b |\n|---|---|\n| c | d |\n"
    markdown = Markdown(extensions=["toc", "tables", "book.render.pages"])
    html = markdown.convert(text)
    assert "a_<wbr>b.py" in html
    assert "scrollwrap" in html
    for meta, said in (({}, "Of a_b.py."), ({"description": "Own."}, "Own.")):
        step = Preprocessor(markdown)
        step.run = lambda lines: lines
        step.page = SimpleNamespace(meta=meta)
        markdown.preprocessors.register(step, "zensical", 0)
        assert markdown.reset().convert(text) == html
        assert meta == {"description": said}


def test_what_the_search_leaves_out_is_marked():
    for name in ("highlight", "language-text highlight no-copy", "plot", "arithmatex"):
        assert "data-search-exclude" in pages.exclude_from_search(
            f'<div class="{name}">'
        )
    for text in ('<div class="highlighted">', '<span class="arithmatex">'):
        assert pages.exclude_from_search(text) == text


def test_what_the_theme_writes_is_mended():
    box = '<input class="md-toggle" id="__search"'
    assert pages.mend_theme(f'{box} autocomplete="off">') == f"{box}>"
    query = '<input class="md-search__input" autocomplete="off">'
    assert pages.mend_theme(query) == query


def test_a_table_is_wrapped_where_it_stands():
    table = "<table>\n<tr></tr>\n</table>"
    whole = pages.wrap_tables(f"<p>a</p>{table}<p>b</p>{table}")
    assert whole.count('scrollwrap"><div class="md-typeset__table"><table>') == 2
    assert whole.count("</table></div></div>") == 2
    assert pages.wrap_tables('<table class="highlighttable">') == (
        '<table class="highlighttable">'
    )


def test_names_of_files_may_break():
    code = "<code>{}</code>".format
    assert pages.let_names_break(code("a/b_c.py")) == code("a/<wbr>b_<wbr>c.py")
    bar = '<span class="filename">snippets/{}b.py</span>'.format
    assert pages.let_names_break(bar("")) == bar("<wbr>")
    for text in (code("a_b"), code("a / b.py"), "a/b.py", code("print(x.py)")):
        assert pages.let_names_break(text) == text


def test_the_keyboard_reaches_a_program_that_is_wide_on_a_phone():
    pre = "<pre><span></span><code>short\n{}\n</code></pre>".format
    assert pages.let_keyboard_reach(pre("x" * 30)) == pre("x" * 30)
    assert (
        pages.let_keyboard_reach(pre("x &lt; <b>y</b>" * 9)).count(
            '<code tabindex="0">'
        )
        == 1
    )
    assert (
        pages.let_keyboard_reach(pre("<b>x</b>" * 9) + pre("x" * 31)).count("tabindex")
        == 1
    )
    assert (
        pages.let_keyboard_reach(f"<p><code>{'x' * 50}</code></p>").count("tabindex")
        == 0
    )


def test_the_focus_stays_on_what_it_comes_to(chromium, address):
    stops = "document.querySelectorAll('pre > code[tabindex]').length"
    tab = chromium.new_page(viewport=browser.PHONE)
    tab.goto(f"{address}phenomenon/saturation/")
    assert tab.evaluate(stops) > 0
    tab.set_viewport_size(browser.WIDE)
    tab.reload()
    assert tab.evaluate(stops) == 0
    tab.locator("article .highlight").first.locator("xpath=preceding::a[1]").focus()
    for _ in range(4):
        tab.keyboard.press("Tab")
        tab.evaluate(browser.FRAMES)
        assert tab.evaluate("document.activeElement !== document.body")
    tab.close()


PLACES = """() => [...document.querySelectorAll("article *")]
  .filter(e => !e.closest("pre, math, svg, .explore"))
  .map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect().top + scrollY])"""


def moved(one, other):
    """Return what stands elsewhere on one tab than on the other."""
    places = zip(one.evaluate(PLACES), other.evaluate(PLACES), strict=True)
    return [text for (text, here), (_, there) in places if abs(here - there) > 0.1]


@pytest.mark.parametrize("page", ["depth/isometry/", "batch-norm/reference/"])
def test_a_page_that_is_laid_out_piece_by_piece_ends_as_one_that_is_not(
    page, chromium, address
):
    context = chromium.new_context()
    with (
        browser.opened(context, address, page) as pieces,
        browser.opened(context, address, f"{page}#nothing") as whole,
    ):
        assert pieces.locator(".piecewise").count() == 1
        assert whole.locator(".piecewise").count() == 0
        assert moved(pieces, whole) == []
        pieces.add_style_tag(content=".laid { padding-top: 1px }")
        assert moved(pieces, whole) != []
    context.close()


def test_a_link_into_a_page_leads_to_the_place(chromium, address):
    tab = chromium.new_page()
    tab.goto(f"{address}depth/isometry/#exercises")
    tab.wait_for_selector("[data-laid]", state="attached")
    top = "document.getElementById('exercises').getBoundingClientRect().top"
    assert 0 <= tab.evaluate(top) < 100
    tab.close()


# What may scroll sideways; of each that does, whether it is told so.
PLACES_THAT_SCROLL = ":is(.formula, .long, .md-typeset__scrollwrap)"
WIDE = f"""() => [...document.querySelectorAll("{PLACES_THAT_SCROLL}")]
  .filter((e) => e.scrollWidth > e.clientWidth + 1)
  .map((e) => [e.className.includes("wide"), e.tabIndex])"""


def told(tab):
    """Return what WIDE finds once all is unfolded and laid out and has been told."""
    tab.evaluate(browser.UNFOLD)
    tab.wait_for_function(browser.LAID)
    tab.evaluate("document.fonts.ready")
    for _ in range(2):
        tab.evaluate("new Promise((done) => requestAnimationFrame(done))")
        tab.evaluate("new Promise((done) => requestIdleCallback(done))")
    return tab.evaluate(WIDE)


@pytest.mark.parametrize("anchor", ["", "#x"])  # piece by piece, and at once
@pytest.mark.parametrize("page", ["depth/gradient-flow/", "phenomenon/saturation/"])
def test_what_is_wider_than_its_place_fades_and_can_be_reached(
    page, anchor, chromium, address
):
    for width in (360, 1280):
        tab = chromium.new_page(viewport={"width": width, "height": 800})
        tab.goto(address + page + anchor)
        found = told(tab)
        assert bool(found) == (width == 360)
        assert all(each == [True, 0] for each in found)
        assert tab.locator(f"{PLACES_THAT_SCROLL}:not([tabindex]).wide").count() == 0
        tab.close()


# Nothing is laid out unless one asks how wide something is that waits.
WAITING = """
window.asked = 0;
window.waiting = [];
window.requestIdleCallback = (next) => window.waiting.push(next);
const own = Object.getOwnPropertyDescriptor(Element.prototype, "scrollWidth").get;
Object.defineProperty(Element.prototype, "scrollWidth", { get() {
  window.asked += !this.checkVisibility({ contentVisibilityAuto: true });
  return own.call(this);
} });
"""
FONT = """() => {
  document.fonts.dispatchEvent(new Event("loadingdone"));
  window.asked = 0;
  window.waiting.pop()();
  return window.asked;
}"""


@pytest.mark.parametrize("careless", [False, True])
def test_a_font_that_comes_lays_nothing_out(careless, chromium, address):
    def script(route):
        text = route.fetch().text()
        look = "place.checkVisibility?.({ contentVisibilityAuto: true }) ?? true"
        assert look in text
        text = text.replace(look, "true") if careless else text
        route.fulfill(body=text, content_type="text/javascript")

    tab = chromium.new_page(viewport={"width": 360, "height": 800})
    tab.add_init_script(WAITING)
    tab.route("**/book.js", script)
    tab.goto(f"{address}batch-norm/reference/")
    tab.evaluate("document.fonts.ready")
    assert (tab.evaluate(FONT) > 0) == careless
    tab.close()


def test_a_table_that_grows_is_told_that_it_scrolls(chromium, address):
    tab = chromium.new_page(viewport=browser.WIDE)
    tab.goto(f"{address}phenomenon/saturation/")
    assert told(tab) == []
    tab.evaluate("document.querySelector('article th').style.paddingRight = '2000px'")
    assert told(tab) == [[True, 0]]
    tab.evaluate("document.querySelector('article th').style.paddingRight = ''")
    assert told(tab) == []
    assert tab.locator(f"{PLACES_THAT_SCROLL}[tabindex]").count() == 0
    tab.close()


# The browser has no idle time until it is given some.
BUSY = "window.waiting = []; window.requestIdleCallback = (task) => waiting.push(task)"
IDLE = "for (const task of waiting.splice(0)) task()"


def test_a_window_that_is_wide_again_in_no_time_has_nothing_that_fades(
    chromium, address
):
    tab = chromium.new_page(viewport=browser.WIDE)
    tab.add_init_script(BUSY)
    tab.goto(f"{address}debate/smoothness/#x")
    tab.evaluate("document.fonts.ready")
    tab.evaluate(IDLE)
    for size in (browser.PHONE, browser.WIDE):
        browser.resize(tab, size)
    tab.evaluate(IDLE)
    assert tab.locator(".wide").count() == 0
    browser.resize(tab, browser.PHONE)
    tab.evaluate(IDLE)
    assert tab.locator(".wide").count() > 0
    tab.close()


# What Material's script changes at the root of a page that it opens, and need not.
CHANGES = """
  window.changes = [];
  new MutationObserver((records) => {
    for (const { target, attributeName: name, oldValue } of records)
      if (document.body && target.getAttribute(name) !== oldValue)
        changes.push(`${target.localName} ${name}`);
  }).observe(document, {
    attributeFilter: ["class", "data-md-color-switching"],
    attributeOldValue: true, subtree: true,
  });
"""
ROOT_CHANGES = "changes.filter((text) => /^(html|body)/.test(text))"


def test_a_page_that_is_opened_is_not_styled_anew(chromium, address):
    tab = chromium.new_page()
    tab.add_init_script(CHANGES)
    tab.goto(f"{address}phenomenon/definition/")
    tab.wait_for_function(browser.LAID)
    assert tab.evaluate(ROOT_CHANGES) == []
    assert tab.locator("html.js.js-focus-visible").count() == 1
    assert tab.locator("meta[name=theme-color]").count() == 1
    assert tab.locator("meta[name=color-scheme]").count() == 0
    scheme = "getComputedStyle(document.documentElement).colorScheme"
    for expected in ("dark", "normal"):
        tab.locator("label[for^=__palette]:visible").click()
        tab.wait_for_function(f"{scheme} === '{expected}'")
    # Once it is open, it is marked while its colours change.
    assert "body data-md-color-switching" in tab.evaluate(ROOT_CHANGES)
    tab.close()
