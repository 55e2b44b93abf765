"""Guards of the built site, in a real browser; each is broken once to see it fail."""

import pytest

from book import outputs, runner, tree
from book.runner import ROOT
from tests import browser
from tests.conftest import PAGE

pytestmark = pytest.mark.xdist_group("site")

PAGES = [
    "./" if name == "index.md" else name.rsplit(".", 1)[0] + "/"
    for name in [*tree.pages(ROOT), "labs/training-dynamics.ipynb"]
]


@pytest.fixture(scope="module")
def address(site):
    with browser.served(site) as url:
        yield url


@pytest.fixture(scope="module")
def chromium():
    with browser.browser() as instance:
        yield instance


def new_context(chromium, scheme="light"):
    context = chromium.new_context(color_scheme=scheme)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return context


@pytest.fixture(scope="module")
def context(chromium):
    return new_context(chromium)


def uncopyable(tab, page, store):
    """Return what is wrong with the copy buttons of a page."""
    sources = {s.decode().rstrip("\n"): s for s in tree.snippets(ROOT).values()}
    found = []
    for number, (text, kind, code, output) in enumerate(browser.copied(tab)):
        where = f"{page}: copy button {number + 1}"
        if text.rstrip("\n") != code.rstrip("\n"):
            found.append(f"{where} copies other than its block")
        if "language-python" not in kind:
            continue
        source = sources.get(text.rstrip("\n"), text.encode() + b"\n")
        name = f"copied{number}.py"
        result = runner.run({name: source}, store)[name]
        if result.error or result.stdout.rstrip("\n") != output.rstrip("\n"):
            found.append(f"{where} prints other than stands there: {result}")
    return found


def test_the_site_has_the_pages_of_the_book(site):
    assert sorted(browser.pages(site)) == sorted(PAGES)


def test_links_anchors_and_ids_are_good(site):
    assert browser.dead_links(site) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_good_and_what_it_copies_runs(page, context, address):
    tab, found = browser.look(context, address, page)
    assert found == []
    assert uncopyable(tab, page, outputs.store(ROOT)) == []
    assert tab.locator(".no-copy button").count() == 0
    tab.close()


@pytest.mark.parametrize("page", ["phenomenon/saturation/", "labs/training-dynamics/"])
def test_figures_follow_the_toggle(page, context, address):
    tab, _ = browser.look(context, address, page)
    colour = "e => getComputedStyle(e).getPropertyValue('--book-c1')"
    light = tab.locator(".plot svg").first.evaluate(colour)
    tab.locator("label[for^=__palette]:visible").click()
    dark = tab.locator(".plot svg").first.evaluate(colour)
    assert light != dark
    tab.close()


def test_the_dark_scheme_is_taken_from_the_system(chromium, address):
    context = new_context(chromium, "dark")
    tab, found = browser.look(context, address, "phenomenon/saturation/")
    assert found == []
    assert tab.locator("body").get_attribute("data-md-color-scheme") == "slate"
    context.close()


BROKEN = {
    "$\\frac{1}$": "MathJax cannot read \\frac{1}",
    "$\\eqref{eq:gone}$": "refers to an equation that is not there: \\eqref{eq:gone}",
    '<span class="arithmatex">x</span>': "not typeset: x",
    "![words](https://host.invalid/x.png)": "asks another host: https://host.invalid",
    "![words](/gone.png)": "answers 404",
    "<img src='../../assets/images/favicon.png'>": "a picture without words",
    "A raw &#36;&#36; here": "raw markup is visible: $$",
    "A raw {&#123; x }} here": "raw markup is visible: {{",
    "A raw -&#45;8<-- here": "raw markup is visible: --8<--",
    "A raw &#92;( here": "raw markup is visible: \\(",
    "<div style='width: 900px'>wide</div>": "is wider than a phone: <div style",
    "<script>nothing.here</script>": "script error: nothing is not defined",
    "<script>console.error('bad')</script>": ": bad",
    "[x](../../gone/)": "the link ../../gone/ leads nowhere",
    "[x](#gone)": "the anchor #gone leads nowhere",
    '<p id="twice">a</p>\n\n<p id="twice">b</p>': "the id twice stands twice",
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """Build a small book with a page for each thing that can be broken."""
    from tests.conftest import Book

    book = Book(tmp_path_factory.mktemp("broken") / "book")
    names = [f"broken/n{number}.md" for number in range(len(BROKEN))]
    for name, text in zip(names, BROKEN, strict=True):
        book.write(f"docs/{name}", f"# Page\n\n{text}\n")
    wrong = '```python\nprint(1)\n```\n\n```{ .text .no-copy title="Output" }\n2\n```\n'
    book.write("docs/broken/copy.md", wrong)
    names.append("broken/copy.md")
    nav = f"part/chapter.md, {', '.join(names)}]"
    book.replace(book.root / "mkdocs.yml", "part/chapter.md]", nav)
    run = book.run("mkdocs", "build")
    assert run.returncode == 0, run.stderr
    return book.site


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=list(BROKEN))
def test_what_is_broken_is_found_and_named(number, broken, context):
    with browser.served(broken) as url:
        page = f"broken/n{number}/"
        tab, found = browser.look(context, url, page)
        tab.close()
    found += [text for text in browser.dead_links(broken) if text.startswith(page)]
    message = list(BROKEN.values())[number]
    assert any(message in text and text.startswith(page) for text in found), found


def test_a_copy_that_prints_otherwise_is_found(broken, context, tmp_path):
    store = runner.Store(tmp_path / "runs")
    with browser.served(broken) as url:
        tab, found = browser.look(context, url, "broken/copy/")
        assert found == []
        (text,) = uncopyable(tab, "broken/copy/", store)
        assert "broken/copy/: copy button 1 prints other than stands there" in text
        tab, found = browser.look(context, url, "part/chapter/")
        assert found == []
        assert uncopyable(tab, "part/chapter/", store) == []
    assert "Output" in PAGE


def test_without_a_browser_the_tests_fail_and_say_what_to_install(monkeypatch):
    monkeypatch.setattr(browser.shutil, "which", lambda _: None)
    with pytest.raises(RuntimeError, match="apt-get install chromium"):
        browser.chromium()
