"""Guards of ``:::``, the line that shows a program, its output, and how to have it."""

import json

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown

from book import ROOT
from book.render import programs
from book.write import outputs
from tests import audit, browser
from tests.conftest import Book

NAME = "part/chapter/sums"
FACTS = {
    "question": "Is torch's 1 < 2?",
    "takes": "about 2 s",
    "date": "2026-11-26",
    "packages": {"torch": "2.13.0"},
    "versions": {"Python": "3.11.7", "torch": "2.13.0"},
}
# What a page must not take for anything else.
SOURCE = '"""Is 1 < 2?"""\n\nprint("""```\n--8<-- "x.py"\n<b> $x$ {{ y }}""")\n'
SHORT = '```\n--8<-- "x.py"\n<b> $x$ {{ y }}\n'
LENGTHY = "line\n" * (programs.LONG + 1)


@pytest.fixture
def render(tmp_path):
    """Return a function from Markdown, and what the program prints, to a soup."""
    source = tmp_path / f"snippets/{NAME}.py"
    printed = tmp_path / f"outputs/{NAME}.txt"
    for path in (source, printed):
        path.parent.mkdir(parents=True)
    source.write_text(SOURCE)
    facts = {f"{NAME}.py": FACTS}
    (tmp_path / "outputs/snippets.json").write_text(json.dumps(facts))
    places = {place: str(tmp_path / place) for place in ("snippets", "outputs")}

    def convert(text, output=SHORT):
        printed.write_text(output)
        markdown = Markdown(
            extensions=[
                *("pymdownx.superfences", "pymdownx.snippets", "pymdownx.details"),
                *("pymdownx.arithmatex", "def_list", "book.render.programs"),
            ],
            extension_configs={"book.render.programs": places},
        )
        return BeautifulSoup(markdown.convert(text), "html.parser")

    return convert


PLACES = {
    "in the page": "Before\n\n::: {}\n\nAfter\n",
    "folded": '??? note "More"\n    ::: {}\n\n    After\n',
    "in a list": "1. Before\n\n    ::: {}\n\n2. After\n",
    "folded in a list": '- Before\n\n    ??? note "More"\n\n        ::: {}\n',
    "under a term": "Term\n:   Before\n\n    ::: {}\n",
}


@pytest.mark.parametrize("options", ["", " open", " whole", " open whole"])
@pytest.mark.parametrize("place", PLACES)
def test_the_program_and_its_output_are_shown_to_the_letter(place, options, render):
    page = render(PLACES[place].format(NAME + options))
    assert sorted(code.text for code in page.select("pre > code")) == [SOURCE, SHORT]
    assert ":::" not in page.text
    assert len(page.select("a[download][href$='/sums.py']")) == 1
    assert not page.select("p div, p details")
    if place != "in the page":
        assert not page.find("div", class_="highlight", recursive=False)


def test_an_open_program_stands_above_its_output(render):
    page = render(f"::: {NAME} open")
    classes = [" ".join(e["class"]) for e in page.find_all(recursive=False)]
    assert classes == [
        "language-python highlight",
        "language-text no-copy highlight",
        "card",
    ]
    assert page.select_one(".filename").text == f"snippets/{NAME}.py"
    links = [a["href"] for a in page.select(".card a")]
    base = f"../../downloads/{NAME}"
    assert links == [f"{base}.py", f"{base}.ipynb", f"{base}.py"]


def test_a_folded_program_is_one_line_under_its_output(render):
    (program,) = render(f"::: {NAME}").find_all(recursive=False)
    output, fold, links = program.find_all(recursive=False)
    assert output.select_one("code").text == SHORT
    assert fold.name == "details"
    assert not fold.has_attr("open")
    question = "Is torch\N{RIGHT SINGLE QUOTATION MARK}s 1 < 2?"
    assert fold.summary.text == f"{question} sums.py, 5 lines, about 2 s"
    assert fold.select_one("pre code").text == SOURCE
    assert [e.text for e in links.find_all(recursive=False)] == [
        "Copy",
        ".py",
        ".ipynb",
    ]


def test_a_program_says_what_it_needs_and_when_it_ran(render):
    for options in ("", " open"):
        page = render(f"::: {NAME}{options}")
        assert page.time["datetime"] == "2026-11-26"
        install, run = page.select("code")[-2:]
        assert install.text == "pip install torch==2.13.0"
        assert run.text == "uv run --with torch==2.13.0 sums.py"
        assert "takes about 2 s on one core" in page.text
        assert "with Python 3.11.7, torch 2.13.0" in page.text


@pytest.mark.parametrize("options", ["", " open"])
def test_a_long_output_is_folded_unless_it_is_wanted_whole(options, render):
    folded = render(f"::: {NAME}{options}", LENGTHY)
    (fold,) = folded.select("details.printed")
    assert fold.summary.text == f"Output: {programs.LONG + 1} lines"
    assert fold.code.text == LENGTHY
    line = LENGTHY.removeprefix("line\n")
    for page in (
        render(f"::: {NAME}{options} whole", LENGTHY),
        render(f"::: {NAME}{options}", line),
    ):
        assert not page.select(".printed")
        assert len(page.select(".no-copy")) == 1


def test_a_program_that_prints_nothing_has_no_output(render):
    for options in ("", " open"):
        assert not render(f"::: {NAME}{options}", "").select(".no-copy")


def test_names_signs_and_spaces_are_no_elements_of_a_program():
    html = programs.colour("import torch\n\nx = torch.ones(3) + 1  # why\n")
    page = BeautifulSoup(f"<pre>{html}</pre>", "html.parser")
    assert [e.text for e in page.select("span")] == ["import", "3", "1", "# why"]
    assert page.text == "import torch\n\nx = torch.ones(3) + 1  # why\n"


def test_what_is_no_such_line_stays(render):
    for text in (f"Words ::: {NAME}", f"```\n::: {NAME}\n```", f"    ::: {NAME}"):
        page = render(text)
        assert f"::: {NAME}" in page.text
        assert not page.select(".filename")


def test_every_snippet_of_the_book_has_a_line_that_installs_what_it_imports():
    report = outputs.build(ROOT)
    assert not report.errors
    facts = json.loads((ROOT / ".cache/outputs/snippets.json").read_text())
    sources = report.book.sources
    assert facts.keys() == sources.keys()
    for name, source in sources.items():
        asks = b"import torch" in source or b"from torch" in source
        assert ("torch" in facts[name]["packages"]) == asks
        assert all("+" not in v for v in facts[name]["packages"].values())


@pytest.fixture(scope="module")
def folded(tmp_path_factory, runs):
    """Serve the small book with its program folded; yield the book and a server."""
    book = Book(tmp_path_factory.mktemp("folded") / "book", runs)
    book.replace(book.page, f"::: {NAME} open", f"::: {NAME}")
    run = book.build()
    assert run.returncode == 0, run.stderr
    with audit.served(book.site) as server:
        yield book, server


def test_a_folded_program_is_copied_and_downloaded_without_unfolding(folded, chromium):
    book, server = folded
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    program = book.snippet.read_text()
    with browser.opened(context, server.address, "part/chapter/", folded=True) as tab:
        assert not tab.get_by_text("import torch").is_visible()
        tab.get_by_role("button", name="Copy sums.py").press("Enter")
        tab.get_by_text("Copied to clipboard").wait_for()
        copied = tab.evaluate("navigator.clipboard.readText()")
        assert copied == program
        for name in ("sums.py", "sums.ipynb"):
            with tab.expect_download() as download:
                tab.get_by_role("link", name=f"Download {name}").press("Enter")
            assert download.value.suggested_filename == name
        assert not tab.get_by_text("import torch").is_visible()
        tab.locator("summary", has_text="Does the sum").press("Enter")
        tab.get_by_text("import torch").wait_for()
    context.close()


def test_a_page_with_a_folded_program_has_no_problems(folded, chromium):
    book, server = folded
    audit.install()
    row = audit.look(chromium, server, "part/chapter/", book.root)
    assert audit.over("part/chapter/", row, audit.SEEN) == []
