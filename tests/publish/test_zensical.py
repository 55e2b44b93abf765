"""Guards of the way out: the book is built by Zensical, from the same mkdocs.yml.

Zensical reads what ``python -m book run`` leaves in .cache/outputs. It knows
neither hooks nor mkdocs-jupyter, so the lab is not there. What the tests of MkDocs'
site look at, they look at here too: FAILS says what fails, and README.md why.
"""

import inspect
import itertools
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import PurePosixPath

import pytest
from bs4 import BeautifulSoup
from filelock import FileLock

from book import ROOT
from book.model import Book
from book.write import outputs
from tests import audit, browser
from tests.conftest import shared
from tests.publish import test_pdf, test_theme
from tests.site import test_site
from tests.site.test_site import context, examples, server, tools  # noqa: F401, fixtures

FORMULA = """
Let $x_1 < y$.

$$
\\begin{equation}
\\E x = 1 \\label{eq:one}
\\end{equation}
$$
"""


def missing(root, results):
    """Return what the pages of ``root`` embed and its built site does not show."""
    found = []
    book = Book.read(root)
    for page, written in book.pages.items():
        text, path = written.text, PurePosixPath(page)
        folder = path.parent if path.stem == "index" else path.with_suffix("")
        built = root / "site" / folder / "index.html"
        soup = BeautifulSoup(built.read_text(encoding="utf-8"), "html.parser")
        codes = [code.text for code in soup.select("pre code")]
        svgs = [svg.find("title").text for svg in soup.select("figure .plot > svg")]
        for shown in written.shown:
            name = f"{shown.name}.py"
            if book.sources[name].decode() not in codes:
                found.append(f"{page}: {name}")
            if results[name].stdout not in [*codes, ""]:
                found.append(f"{page}: what {name} prints")
            ways = ".card a[download]", ".program > .links a[download]"
            files = [a["href"] for a in soup.select(", ".join(ways))]
            if len([file for file in files if file.endswith(f"/{name}")]) != 1:
                found.append(f"{page}: the download of {name}")
        for embedded in written.embedded:
            program = PurePosixPath(embedded.path).with_suffix(".py").as_posix()
            if program in book.snippets:
                there = book.snippets[program].question in svgs
            else:
                entries = "table, .reference, li a[href*='#eq'], li a[href*='#figure']"
                there = bool(soup.select(f"article :is({entries})"))
            if not there:
                found.append(f"{page}: {embedded.path}")
        captions = [caption.text for caption in soup.select("figure > figcaption")]
        captions = [re.sub(r"^Figure\s\d+\.\s*", "", caption) for caption in captions]
        if len(captions) != text.count("<figcaption") or not all(captions):
            found.append(f"{page}: a caption")
        formulas = soup.select(".arithmatex")
        if "$" in text and not all(f.find("math") for f in formulas):
            found.append(f"{page}: a formula")
        if text.count("\\label{") != len([f for f in formulas if f.get("id")]):
            found.append(f"{page}: a numbered formula")
        for formula in soup.select(".arithmatex"):
            formula.clear()
        for raw in (":::", "--8<--", "$$", "\\label"):
            if any(raw in string for string in soup.select_one("article").strings):
                found.append(f"{page}: {raw} is shown as it is")
        if soup.select("article [markdown]"):
            found.append(f"{page}: Markdown in HTML")
    return found


@pytest.fixture
def small(book):
    """Return a small book with formulas, its outputs made."""
    book.page.write_text(book.page.read_text() + FORMULA)
    run = book.run("book", "run")
    assert run.returncode == 0, run.stderr
    book.results = outputs.build(book.root).results
    return book


def test_the_small_book_renders(small):
    run = small.run("zensical", "build", "--strict")
    assert run.returncode == 0, run.stdout + run.stderr
    assert missing(small.root, small.results) == []
    html = (small.site / "part/chapter/index.html").read_text()
    for text in (
        "sum 3",
        "<svg",
        "It rises.",
        "<mi>y</mi></math>",
        'id="eq:one"',
    ):
        assert text in unescape(html)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Return the folder of the site that Zensical makes of the book, built once."""
    base = shared(tmp_path_factory)
    root, done = base / "zensical", base / "zensical.done"
    with FileLock(base / "zensical.lock"):
        if not done.exists():
            assert not outputs.build(ROOT).errors
            for name in ("docs", "snippets", "book/publish/theme", ".cache/outputs"):
                shutil.copytree(ROOT / name, root / name)
            shutil.copy(ROOT / "mkdocs.yml", root)
            run = subprocess.run(
                [sys.executable, "-m", "zensical", "build", "--strict"],
                cwd=root,
                capture_output=True,
                text=True,
            )
            assert run.returncode == 0, run.stdout + run.stderr
            plain = root / ".cache/outputs/site"
            shutil.copytree(plain, root / "site", dirs_exist_ok=True)
            done.touch()
    return root / "site"


@pytest.fixture(scope="session")
def address(site):
    """Serve that site; return its address."""
    with browser.served(site) as url:
        yield url


@pytest.mark.full
def test_the_real_book_renders(site):
    assert missing(site.parent, outputs.build(ROOT).results) == []


# Which tests of the built site fail on Zensical's: under which word README.md says
# why, and what they say.
ANOTHER = "search_index.json|md-search-result__link|name=.Search"
FAILS = {
    "test_the_site_has_the_pages_of_the_book": ("lab", test_site.LABS[0]),
    "test_the_html_checker_finds_fault_with_a_bad_page_and_none_with_the_book": (
        "HTML",
        "autocomplete",
    ),
    "test_the_navigation_and_the_search_lead_to_a_page": ("search", ANOTHER),
    "test_the_search_index_is_fetched_when_the_search_is_opened": ("search", ANOTHER),
    "test_a_name_is_found_with_either_apostrophe": ("search", ANOTHER),
    "test_a_link_to_a_search_and_a_found_page_still_work": ("search", ANOTHER),
    "test_the_index_has_every_heading_and_no_program": ("search", ANOTHER),
}
# All that is wrong with its HTML.
ERRORS = {
    "Attribute “autocomplete” is only allowed when the input type is “color”",
    "The “aria-hidden” attribute must not be used on any “label” element that is "
    "associated with a labelable element.",
}


def ways(function):
    """Return the values that a test is parametrized with: a dict for each run."""
    marks = [m for m in getattr(function, "pytestmark", []) if m.name == "parametrize"]
    found = []
    for names, values in (mark.args for mark in marks):
        names = [names] if isinstance(names, str) else names
        values = values if len(names) > 1 else [(value,) for value in values]
        found.append([dict(zip(names, each, strict=True)) for each in values])
    return [
        {name: value for given in way for name, value in given.items()}
        for way in itertools.product(*found)
    ]


def checks(*modules):
    """Return each run of a test of a built site, but for the lab.

    That is what it is called, to its function and the values it is given.
    """
    found = {}
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            asked = {"site", "server", "address"} & {
                *inspect.signature(function).parameters
            }
            if not name.startswith("test_") or not asked:
                continue
            for given in ways(function):
                if given.get("page") not in test_site.LABS:
                    label = "-".join([name, *map(str, given.values())])
                    found[label] = function, given
    return found


CHECKS = checks(test_site, test_theme, test_pdf)


def judge(function, values, fails):
    """Run a check: one that is in ``fails`` must fail, and say what stands there."""
    if function.__name__ not in fails:
        function(**values)
        return
    with pytest.raises(Exception, match=fails[function.__name__][1]):
        function(**values)


@pytest.mark.full
@pytest.mark.parametrize("label", CHECKS)
def test_what_holds_of_the_site_of_mkdocs_holds_of_this_one(label, request, chromium):
    function, given = CHECKS[label]
    others = {*inspect.signature(function).parameters} - {*given}
    values = {name: request.getfixturevalue(name) for name in others}
    judge(function, given | values, FAILS)


@pytest.mark.full
def test_nothing_else_is_wrong_with_its_pages_and_html(site):
    audit.install()
    assert {*test_site.PAGES} - {*browser.pages(site)} == {*test_site.LABS}
    found = audit.nu(sorted(site.rglob("*.html")))
    messages = {m.partition(": ")[2] for page in found.values() for m in page}
    assert {m for m in messages if not m.startswith(tuple(ERRORS))} == set()


@pytest.mark.full
@pytest.mark.parametrize("way", ["/", "click"])
def test_its_own_search_asks_for_its_index_when_it_is_opened(way, chromium, address):
    tab = chromium.new_page()
    tab.add_init_script(test_theme.ASKED)
    tab.goto(f"{address}phenomenon/saturation/")
    tab.wait_for_function("asked.length")
    assert tab.evaluate("[asked, sent]") == [["search.json"], []]
    if way == "click":
        tab.locator(".md-search__button").click()
    else:
        tab.keyboard.press(way)
    box = tab.get_by_role("combobox", name="Search")
    for name in ("Stein's", "Stein\N{RIGHT SINGLE QUOTATION MARK}s"):
        box.fill(name)
        result = tab.locator("[role=listbox] a[href*='phenomenon/saturation/']")
        result.first.wait_for()
        box.fill("")
    assert tab.evaluate("[asked, sent]") == [["search.json"]] * 2
    tab.close()


def test_each_test_of_the_site_is_a_check():
    names = [function.__name__ for function, _ in CHECKS.values()]
    page = "test_a_page_is_good_on_phone_and_desktop_and_what_it_copies_runs"
    assert names.count(page) == len(test_site.PAGES) - len(test_site.LABS)
    assert names.count("test_links_and_anchors_are_good") == 1
    several = "test_what_is_wider_than_its_place_fades_and_can_be_reached"
    assert names.count(several) == 4
    assert f"{several}-depth/gradient-flow/-#x" in CHECKS
    assert {*FAILS} <= {*names}


def test_what_fails_unlisted_or_works_though_listed_is_noticed():
    def bad():
        raise AssertionError("one thing")

    def good():
        pass

    judge(bad, {}, {"bad": ("", "one")})
    judge(good, {}, {})
    with pytest.raises(AssertionError, match="one thing"):
        judge(bad, {}, {})
    with pytest.raises(AssertionError, match="did not match"):
        judge(bad, {}, {"bad": ("", "another")})
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        judge(good, {}, {"good": ("", "one")})


def test_the_readme_says_why():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("## When Material ends")[2].partition("\n## ")[0]
    words = re.findall(r"^- \*\*(.+?)\*\*", section, re.MULTILINE)
    assert {*words} == {word for word, _ in FAILS.values()}


def test_what_does_not_render_is_noticed(small):
    config = small.root / "mkdocs.yml"
    options = config.read_text().split("pymdownx.snippets:")[1].split("  - ")[0]
    small.replace(config, f"  - pymdownx.snippets:{options}", "")
    small.replace(config, "  - pymdownx.arithmatex:\n      generic: true\n", "")
    small.replace(config, "  - md_in_html\n", "")
    small.replace(config, "  - book.render.programs\n", "")
    small.replace(small.page, "It rises.", "")
    run = small.run("zensical", "build")
    assert run.returncode == 0, run.stdout + run.stderr
    assert missing(small.root, small.results) == [
        f"part/chapter.md: {what}"
        for what in (
            "part/chapter/sums.py",
            "what part/chapter/sums.py prints",
            "the download of part/chapter/sums.py",
            "part/chapter/sums.svg",
            "a caption",
            "a numbered formula",
            "::: is shown as it is",
            "--8<-- is shown as it is",
            "$$ is shown as it is",
            "\\label is shown as it is",
            "Markdown in HTML",
        )
    ]
