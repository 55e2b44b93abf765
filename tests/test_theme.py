"""Guards of what is added to the theme: a lazy search, descriptions, valid HTML."""

import json

import pytest
from bs4 import BeautifulSoup

from book import pages
from tests import browser

pytestmark = pytest.mark.xdist_group("site")
INDEX = "search/search_index.json"


def test_the_search_index_is_fetched_when_the_search_is_opened(chromium, address):
    for page in ("", "phenomenon/saturation/"):
        for key in ("/", "f", "s", "click"):
            tab = chromium.new_page()
            asked = []
            tab.on("request", lambda r, asked=asked: asked.append(r.url))
            tab.goto(address + page)
            tab.wait_for_load_state("networkidle")
            assert not [url for url in asked if url.endswith(INDEX)]
            box = tab.get_by_role("textbox", name="Search")
            if key == "click":
                box.click()
            else:
                tab.keyboard.press(key)
            box.press_sequentially("bibliography")
            result = tab.locator(".md-search-result__link").first
            assert "reference/bibliography/" in result.get_attribute("href")
            assert len([url for url in asked if url.endswith(INDEX)]) == 1
            tab.close()


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
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for heading in soup.select("article :is(h2, h3, h4)[id]"):
            assert f"{page}/#{heading['id']}".lstrip("/") in places
    text = "".join(entry["text"] for entry in entries)
    assert "torch.manual_seed" not in text
    assert "<pre>" not in text


def test_every_page_describes_itself(site):
    said = {}
    for path in sorted(site.rglob("index.html")):
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        said[path] = soup.select_one("meta[name=description]")["content"]
    assert all(20 < len(text) <= pages.LONGEST + 2 for text in said.values()), said
    assert len(set(said.values())) == len(said)


def test_a_description_is_the_question_or_the_beginning():
    first = '<p>A "first" <b>one</b>.</p>'
    question = (
        '<div class="admonition question"><p class="admonition-title">Q</p>'
        '<p>Is <span class="arithmatex">x</span> it?</p></div>'
    )
    assert pages.description(first + question) == "Is it?"
    assert pages.description(first) == "A &quot;first&quot; one."
    assert pages.description("") == ""
    long = pages.description(f"<p>{'word ' * 99}</p>")
    assert long.endswith("word \u2026")
    assert len(long) <= pages.LONGEST + 2


def test_what_the_search_leaves_out_is_marked():
    for name in ("highlight", "language-text highlight no-copy", "plot", "arithmatex"):
        assert "data-search-exclude" in pages.quiet(f'<div class="{name}">')
    for text in ('<div class="highlighted">', '<span class="arithmatex">'):
        assert pages.quiet(text) == text


def test_what_the_theme_writes_is_mended_and_an_empty_corner_is_no_heading():
    box = '<input class="md-toggle" id="__search"'
    assert pages.mended(f'{box} autocomplete="off">') == f"{box}>"
    assert pages.mended('<label tabindex="" id="a">') == '<label id="a">'
    assert pages.mended("<th></th><th>a</th>") == "<td></td><th>a</th>"
    query = '<input class="md-search__input" autocomplete="off">'
    assert pages.mended(query) == query


def test_a_table_is_wrapped_where_it_stands():
    table = "<table>\n<tr></tr>\n</table>"
    whole = pages.scrolling(f"<p>a</p>{table}<p>b</p>{table}")
    assert whole.count('scrollwrap"><div class="md-typeset__table"><table>') == 2
    assert whole.count("</table></div></div>") == 2
    assert pages.scrolling('<table class="highlighttable">') == (
        '<table class="highlighttable">'
    )


def test_names_of_files_may_break():
    code = "<code>{}</code>".format
    assert pages.breakable(code("a/b_c.py")) == code("a/<wbr>b_<wbr>c.py")
    bar = '<span class="filename">snippets/{}b.py</span>'.format
    assert pages.breakable(bar("")) == bar("<wbr>")
    for text in (code("a_b"), code("a / b.py"), "a/b.py", code("print(x.py)")):
        assert pages.breakable(text) == text


def test_the_keyboard_reaches_a_program_that_is_wide_on_a_phone():
    pre = "<pre><span></span><code>short\n{}\n</code></pre>".format
    assert pages.reachable(pre("x" * 30)) == pre("x" * 30)
    assert pages.reachable(pre("x &lt; <b>y</b>" * 9)).count('<code tabindex="0">') == 1
    assert pages.reachable(pre("<b>x</b>" * 9) + pre("x" * 31)).count("tabindex") == 1
    assert pages.reachable(f"<p><code>{'x' * 50}</code></p>").count("tabindex") == 0


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
