"""Guards of the labs: executed, cached, errors fatal, light, in the book's style."""

import gzip
import json

import pytest
from bs4 import BeautifulSoup

from book import ROOT
from book.publish import lab
from tests import prose

MARKDOWN = """# A lab

A formula $x_1 < y$, `code $5`, a [page](../part/chapter.md#a-chapter).

$$
E = 1
$$

## Second part
"""
CODE = """%config InlineBackend.figure_formats = ["svg"]
import sys
import matplotlib.pyplot as plt
print("<b> is", 3 + 4)
print("and", 8 - sys.flags.optimize)"""
FIGURE = """fig, ax = plt.subplots()
ax.plot([1, 2], color="C1")
ax.set_xlabel("step")
plt.show()"""


def notebook(*codes, alt="It rises.", markdown=MARKDOWN):
    """Return a notebook (text) of one Markdown cell and code cells."""
    cells = [
        {
            "cell_type": "markdown",
            "id": "m",
            "metadata": {},
            "source": markdown,
        }
    ]
    cells += [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {"alt": alt},
            "execution_count": None,
            "outputs": [],
            "source": code,
        }
        for number, code in enumerate(codes)
    ]
    kernel = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    return json.dumps(
        {
            "cells": cells,
            "metadata": {"kernelspec": kernel},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


@pytest.fixture
def small(book):
    """Return a small book with a lab."""
    book.write("docs/labs/small.ipynb", notebook(CODE, FIGURE))
    book.replace(
        book.root / "mkdocs.yml",
        "part/chapter.md]",
        "part/chapter.md, labs/small.ipynb]",
    )
    return book


def page_of(book):
    html = (book.site / "labs/small/index.html").read_text()
    return BeautifulSoup(html, "html.parser").select_one("article")


def test_a_lab_is_executed_and_shown_in_the_style_of_the_book(small, monkeypatch):
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")  # of the author's shell
    run = small.build()
    assert run.returncode == 0, run.stderr
    page = page_of(small)
    assert page.select(".highlight code")[1].text == "<b> is 7\nand 8\n"
    assert [m["data-tex"] for m in page.select(".arithmatex")] == ["x_1 < y", "E = 1"]
    assert [m.text for m in page.select(".arithmatex math")] == ["x1<y", "E=1"]
    assert page.select_one("a[href='../../part/chapter/#a-chapter']").text == "page"
    plot = page.select_one(".plot[role=img]")
    assert plot["aria-label"] == "It rises."
    assert "var(--book-c1" in str(plot.svg)
    assert "style" not in [tag.name for tag in page.find_all()]
    assert "JupyterLab" not in str(page)
    assert page.select_one("a[download]")["href"] == "small.ipynb"
    assert (small.site / "labs/small/small.ipynb").exists()


def test_a_lab_is_run_again_only_if_it_or_the_environment_changes(small, monkeypatch):
    mark = small.root / "mark"
    text = f"open({str(mark)!r}, 'a').write('x')"
    path = small.write("docs/labs/small.ipynb", notebook(text))
    for _ in range(2):
        assert small.build().returncode == 0
    assert mark.read_text() == "x"
    (entry,) = (small.root / ".cache/labs").rglob("*.json")
    entry.write_bytes(entry.read_bytes()[:-9])  # a build was killed
    assert small.build().returncode == 0
    assert mark.read_text() == "xx"
    path.write_text(notebook(text + "\n"))
    assert small.build().returncode == 0
    assert mark.read_text() == "xxx"
    before = lab.cache_folder(small.root)
    monkeypatch.setattr(lab, "environment", lambda: "another torch")
    after = lab.cache_folder(small.root)
    assert after != before
    assert not before.exists()


PIXEL = '<img src="data:image/svg+xml;base64,PHN2Zz4=">'


def restyled(tmp_path, *outputs, alt="It rises."):
    """Return a lab whose one cell gave ``outputs``, (kind, HTML), in pieces."""
    path = tmp_path / "small.ipynb"
    path.write_text(notebook("x", alt=alt))
    areas = "".join(
        f'<div class="jp-OutputArea-output" data-mime-type="{kind}">{html}</div>'
        for kind, html in outputs
    )
    html = (
        '<div id="cell-id=c0" class="jp-CodeCell"><div class="highlight-ipynb">'
        f"<pre>x</pre></div>{areas}</div>"
    )
    return lab.restyle(html, path, tmp_path, None)


STREAM = "application/vnd.jupyter.stdout", "<pre>{}</pre>"
STDERR = "application/vnd.jupyter.stderr", "<pre>hm</pre>"


def test_what_a_cell_prints_over_some_time_is_one_output(tmp_path):
    kind, pre = STREAM
    html = restyled(tmp_path, (kind, pre.format("a\n")), (kind, pre.format("b\n")))
    page = BeautifulSoup(html, "html.parser")
    assert [code.text for code in page.select("code")] == ["x", "a\nb\n"]


@pytest.mark.parametrize(
    ("output", "alt", "message"),
    [
        (("image/svg+xml", PIXEL), "", "a figure without a description"),
        (STDERR, "It rises.", "it writes to stderr: hm"),
    ],
)
def test_what_is_wrong_with_an_output_is_named_with_its_cell(
    output, alt, message, tmp_path
):
    with pytest.raises(ValueError, match=f"^small.ipynb, code cell 1: {message}"):
        restyled(tmp_path, output, alt=alt)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            notebook("x = 1\n1 / 0"),
            "a lab stops with ZeroDivisionError: division by zero\n"
            "in the cell that begins with: x = 1",
        ),
        (
            notebook("1", markdown="# T\n\n[gone](gone.md)"),
            "docs/labs/small.ipynb: links to gone.md: no such page",
        ),
    ],
)
def test_a_bad_lab_stops_the_build_in_one_message(text, message, small):
    small.write("docs/labs/small.ipynb", text)
    run = small.build()
    assert run.returncode == 1
    assert message in run.stderr
    assert "Traceback (most recent call last):\n  File" not in run.stderr
    assert not small.site.exists()


def test_the_lab_of_the_book_is_light_and_its_decimals_are_printed(site):
    for path in sorted((ROOT / "docs/labs").glob("*.ipynb")):
        html = (site / "labs" / path.stem / "index.html").read_bytes()
        assert len(gzip.compress(html)) <= 60_000
        article = BeautifulSoup(html, "html.parser").select_one("article")
        assert prose.unsupported(article, f"labs/{path.name}", {}) == []
        stored = json.loads(path.read_text())["cells"]
        assert not any(cell.get("outputs") for cell in stored)
