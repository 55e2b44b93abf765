"""Guards of the way out: the pages render under Zensical, from the same mkdocs.yml.

Zensical reads what ``python -m book run`` leaves in .cache/outputs. It knows
neither hooks nor mkdocs-jupyter, so the lab, the downloads and the font of formulas
are not there; README.md says what would move.
"""

import shutil
import subprocess
import sys
from html import unescape
from pathlib import PurePosixPath

import pytest
from bs4 import BeautifulSoup

from book import ROOT
from book.model import Book
from book.write import outputs

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


@pytest.mark.full
def test_the_real_book_renders(tmp_path):
    report = outputs.build(ROOT)
    assert not report.errors
    for name in ("docs", "snippets", "book/publish/theme", ".cache/outputs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    run = subprocess.run(
        [sys.executable, "-m", "zensical", "build"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert missing(tmp_path, report.results) == []


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
