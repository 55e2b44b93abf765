"""Guards of the built site, in a real browser; each is broken once to see it fail."""

import pytest

from book import tree
from book.runner import ROOT
from tests import browser
from tests.conftest import Book

pytestmark = pytest.mark.xdist_group("site")

LABS = ["labs/training-dynamics/"]
PAGES = [
    *(
        "./" if p == "index.md" else p.removesuffix(".md") + "/"
        for p in tree.pages(ROOT)
    ),
    *LABS,
]


@pytest.fixture(scope="module")
def context(chromium):
    return chromium.new_context(permissions=["clipboard-read", "clipboard-write"])


def test_the_site_has_the_pages_of_the_book(site):
    assert sorted(browser.pages(site)) == sorted(PAGES)


def test_links_and_anchors_are_good(site):
    assert browser.dead_links(site) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_good_and_what_it_copies_runs(page, context, address):
    assert browser.problems(context, address, page, ROOT) == []


@pytest.mark.parametrize("page", ["debate/ioffe-szegedy/", *LABS])
def test_figures_follow_the_scheme_and_its_toggle(page, chromium, address):
    colours = """() => {
      const style = e => getComputedStyle(document.querySelector(e));
      return [style("body").color, style(".plot svg text").fill,
              style(".plot svg path[style*='--book-c']").stroke];
    }"""
    shown = []
    for scheme in ("light", "dark"):  # of the system
        context = chromium.new_context(color_scheme=scheme)
        with browser.opened(context, address, page) as tab:
            for _ in range(2):
                shown.append(tab.evaluate(colours))
                tab.locator("label[for^=__palette]:visible").click()
        context.close()
    light, to_dark, dark, to_light = shown
    assert light == to_light
    assert dark == to_dark
    for text, words, _ in shown:
        assert text == words
    assert all(one != other for one, other in zip(light, dark, strict=True))


def test_the_navigation_and_the_search_lead_to_a_page(context, address):
    with browser.opened(context, address, "./") as tab:
        tab.get_by_role("link", name="Saturation", exact=True).first.click()
        tab.wait_for_url("**/phenomenon/saturation/")
        tab.get_by_role("textbox", name="Search").fill("bibliography")
        result = tab.locator(".md-search-result__link").first
        assert "reference/bibliography/" in result.get_attribute("href")


OUTPUT = '\n\n```{{ .text .no-copy title="Output" }}\n{}\n```\n'
BROKEN = {
    '<span class="arithmatex" lang="en">x</span>': "not typeset: x",
    "![words](https://host.invalid/x.png)": "asks another host: https://host.invalid",
    "![words](/gone.png)": "answers 404",
    "<img src='../../assets/images/favicon.png'>": "a picture without words: <img",
    '<div class="plot">x</div>': 'a picture without words: <div class="plot laid">',
    "A raw &#36;&#36; here": "raw markup is visible: $$",
    "A raw &#36;x&#36; here": "raw markup is visible: $x$",
    "A raw {&#123; x }} here": "raw markup is visible: {{",
    "A raw -&#45;8<-- here": "raw markup is visible: --8<--",
    "A raw &#92;( here": "raw markup is visible: \\(",
    "<div style='width: 900px'>wide</div>": "is wider than a phone: <div style",
    "<span class='arithmatex' data-tex='x = 1 + 1'><math><mspace width='900px'>"
    "</mspace></math></span>": "is wider than a phone: x = 1 + 1",
    "<script>nothing.here</script>": "script error: nothing is not defined",
    "<script>console.error('bad')</script>": ": bad",
    "[x](../../gone/)": "the link ../../gone/ leads nowhere",
    "[x](#gone)": "the anchor #gone leads nowhere",
    "[x](../../part/chapter/#gone)": "anchor ../../part/chapter/#gone leads nowhere",
    '<p id="twice">a</p>\n\n<p id="twice">b</p>': "the id twice stands twice",
    '<div class="plot" aria-label="x"><svg><text fill="#ccc">w</text></svg></div>': (
        "words of a figure are faint, rgb(204, 204, 204): w"
    ),
    '<div class="plot" aria-label="x"><svg><path stroke="#ccc" /></svg></div>': (
        "a line of a figure is faint, rgb(204, 204, 204)"
    ),
    "```python\nprint(1)\n```" + OUTPUT.format(2): (
        "block 1: prints '1\\n', and the page shows '2\\n'"
    ),
    "```python\nprint(1)\n```": "block 1: prints '1\\n', and the page shows ''",
    "```py\n1 / 0\n```": "block 1: does not run: copied.py: line 1: ZeroDivisionError",
    '```python title="snippets/part/chapter/sums.py"\nprint(1)\n```'
    + OUTPUT.format(1): "copies other than snippets/part/chapter/sums.py",
    "```{ .python .no-copy }\nprint(1)\n```": "a program without a copy button",
    '```text title="Output"\n1\n```': "block 1 Output: an output has a copy button",
    "```sh\nls\n```\n\n<script>document.addEventListener('copy', event => {"
    "event.clipboardData.setData('text/plain', 'rm'); event.preventDefault();"
    "event.stopImmediatePropagation()}, true)</script>": "other than the block: rm",
}
REFERENCE = """# Page

## A formula $x^2$ in a heading

See $\\eqref{eq:far}$.

<div style="height: 3000px"></div>

??? success "Answer"

    $$
    \\begin{equation}
    y = x \\label{eq:far}
    \\end{equation}
    $$
"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory, runs):
    """Build a small book with a page for each thing that can be broken."""
    book = Book(tmp_path_factory.mktemp("broken") / "book", runs)
    texts = {f"broken/n{k}.md": f"# Page\n\n{text}\n" for k, text in enumerate(BROKEN)}
    texts["reference.md"] = REFERENCE
    for name, text in texts.items():
        book.write(f"docs/{name}", text)
    nav = f"part/chapter.md, {', '.join(texts)}]"
    book.replace(book.root / "mkdocs.yml", "part/chapter.md]", nav)
    run = book.run("mkdocs", "build")
    assert run.returncode == 0, run.stderr
    return book


@pytest.fixture(scope="module")
def broken_address(broken):
    with browser.served(broken.site) as url:
        yield url


@pytest.fixture(scope="module")
def broken_links(broken):
    return browser.dead_links(broken.site)


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=BROKEN.values())
def test_what_is_broken_is_found_and_named(
    number, broken, broken_links, context, broken_address
):
    page, message = f"broken/n{number}/", list(BROKEN.values())[number]
    found = browser.problems(context, broken_address, page, broken.root)
    found += [text for text in broken_links if text.startswith(page)]
    assert any(text.startswith(f"{page}: ") and message in text for text in found), (
        found
    )


@pytest.mark.parametrize("page", ["./", "part/chapter/", "reference/"])
def test_a_good_page_has_no_problems(
    page, broken, broken_links, context, broken_address
):
    assert browser.problems(context, broken_address, page, broken.root) == []
    assert not [text for text in broken_links if text.startswith(page)]


def test_a_reference_leads_to_its_folded_equation(context, broken_address):
    with browser.opened(context, broken_address, "reference/") as tab:
        equation = tab.locator("[id='eq:far']")
        tab.evaluate("document.querySelector('details').open = false")
        assert not equation.is_visible()
        tab.locator("article a.eqref").click()
        equation.wait_for()
        tab.wait_for_function("scrollY > 1000")


def test_without_a_browser_the_tests_fail_and_say_what_to_install(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(RuntimeError, match="apt-get install chromium"):
        browser.chromium()
