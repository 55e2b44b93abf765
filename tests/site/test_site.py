"""Guards of the built site, in a real browser; each is broken once to see it fail."""

import pytest

from book import ROOT, model
from book.publish import document
from tests import audit, browser
from tests.conftest import Book
from tests.test_audit import BAD

LABS = ["labs/training-dynamics/"]
PAGES = [address or "./" for _, _, address in document.chapters(model.Book.read(ROOT))]


@pytest.fixture
def context(chromium):
    return chromium.new_context()


@pytest.fixture(scope="session")
def tools():
    """Install what the audit needs, which is not installed with the book."""
    audit.install()


@pytest.fixture(scope="session")
def server(site):
    """Serve the book's site as hosts do."""
    with audit.served(site) as server:
        yield server


def test_the_site_has_the_pages_of_the_book(site):
    assert sorted(browser.pages(site)) == sorted(PAGES)


@pytest.fixture(scope="session")
def examples(site):
    """Return a page of each kind: the front, the heaviest, one to look up in, labs."""
    pages = browser.pages(site)
    heaviest = max(pages, key=lambda page: (site / page / "index.html").stat().st_size)
    return {"./", heaviest, "batch-norm/reference/", *LABS} & {*pages}


def test_lighthouse_finds_fault_with_a_bad_page_and_none_with_the_book(
    server, tools, examples, tmp_path
):
    (tmp_path / "index.html").write_text(BAD)
    with audit.served(tmp_path) as bad, audit.lighthouse(audit.LEAST) as ask:
        found = {page: ask(server.address + page) for page in examples}
        worst = ask(bad.address)
    assert {
        page: answer["why"] for page, answer in found.items() if answer["why"]
    } == {}
    for name in audit.LEAST:
        assert {answer[name] for answer in found.values()} == {100}
        assert worst[name] < 100


def test_the_html_checker_finds_fault_with_a_bad_page_and_none_with_the_book(
    site, tools, tmp_path
):
    bad = tmp_path / "bad.html"
    bad.write_text(BAD)
    found = audit.nu([*sorted(site.rglob("*.html")), bad])
    assert "line 3: Element “head” is missing" in found.pop(bad)[0]
    assert {path: errors for path, errors in found.items() if errors} == {}
    assert len(found) > len(PAGES)  # and the page for errors


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_good_on_phone_and_desktop_and_what_it_copies_runs(
    page, chromium, server, tools, examples
):
    row = audit.look(chromium, server, page, thorough=page in examples)
    assert audit.over(page, row, audit.SEEN) == []


def test_links_and_anchors_are_good(site):
    assert browser.dead_links(site) == []


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
# What is added to a page, and what is said of it. Of the blocks the first is copied.
BROKEN = {
    "```sh\nls\n```\n\n<script>document.addEventListener('copy', event => {"
    "event.clipboardData.setData('text/plain', 'rm'); event.preventDefault();"
    "event.stopImmediatePropagation()}, true)</script>": "other than the block: rm",
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
    "<script>console.error('a fault')</script>": "a fault",
    # When all is laid out, all moves.
    "<script>new MutationObserver(() => document.body.style.paddingTop = '300px')"
    ".observe(document.querySelector('article'), {attributeFilter: ['data-laid']})"
    "</script>": "words/: shift 0.",
    "<script>for (let k = 0; k < 25; k++) fetch('?' + k)</script>": "words/: requests ",
    "![words](/heavy.png)": "words/: kB ",
    "<button></button>": "dark, 1280 px: button-name: ",
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
        ": prints '1\\n', and the page shows '2\\n'"
    ),
    "```python\nprint(1)\n```": ": prints '1\\n', and the page shows ''",
    "```py\n1 / 0\n```": ": does not run: copied.py: line 1: ZeroDivisionError",
    '```python title="snippets/part/chapter/sums.py"\nprint(1)\n```'
    + OUTPUT.format(1): "is other than snippets/part/chapter/sums.py",
    "```{ .python .no-copy }\nprint(1)\n```": "a program without a copy button",
    '```text title="Output"\n1\n```': " Output: an output has a copy button",
}
BAD_PAGES = ("words", "blocks")  # what is wider than its window cannot be clicked
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
    """Build a small book with all that can be broken, on two pages."""
    book = Book(tmp_path_factory.mktemp("broken") / "book", runs)
    book.write("docs/heavy.png", bytes(300_000))
    for name in BAD_PAGES:
        texts = [text for text in BROKEN if ("```" in text) == (name == "blocks")]
        book.write(f"docs/{name}.md", "\n\nThen\n\n".join([f"# {name}", *texts]))
    book.write("docs/reference.md", REFERENCE)
    nav = "part/chapter.md, reference.md, words.md, blocks.md]"
    book.replace(book.root / "mkdocs.yml", "part/chapter.md]", nav)
    run = book.run("mkdocs", "build")
    assert run.returncode == 0, run.stderr
    return book


@pytest.fixture(scope="module")
def broken_server(broken):
    with audit.served(broken.site) as server:
        yield server


@pytest.fixture(scope="module")
def broken_links(broken):
    return browser.dead_links(broken.site)


@pytest.fixture(scope="module")
def faults(launched, broken, broken_links, broken_server, tools):
    """Return all that is said of the pages of what can be broken."""
    found = [*broken_links]
    for name in BAD_PAGES:
        page = f"{name}/"
        row = audit.look(launched(), broken_server, page, broken.root, thorough=True)
        found += [text for why in row["why"].values() for text in why]
        found += audit.over(page, row, audit.SEEN)
    return found


BROKEN_BOOK = pytest.mark.xdist_group("broken")


@BROKEN_BOOK
@pytest.mark.parametrize("message", BROKEN.values())
def test_what_is_broken_is_found_and_named(message, faults):
    assert [text for text in faults if message in text], faults


@BROKEN_BOOK
@pytest.mark.parametrize("page", ["", "part/chapter/", "reference/"])
def test_a_good_page_has_no_problems(
    page, broken, broken_links, broken_server, chromium, tools
):
    row = audit.look(chromium, broken_server, page, broken.root)
    assert audit.over(page, row, audit.SEEN) == []
    assert not [text for text in broken_links if text.startswith(page or "./")]


@BROKEN_BOOK
def test_a_reference_leads_to_its_folded_equation(context, broken_server):
    with browser.opened(context, broken_server.address, "reference/") as tab:
        equation = tab.locator("[id='eq:far']")
        tab.evaluate("document.querySelector('details').open = false")
        assert not equation.is_visible()
        tab.locator("article a.eqref").click()
        equation.wait_for()
        tab.wait_for_function("scrollY > 1000")
