"""Every bad input gets a clear error that names the file and what to do."""

import shutil

import pytest
from bs4 import BeautifulSoup

from book import law
from book.model import Book, Snippet
from book.write import outputs

SUMS = "snippets/part/chapter/sums.py"


def edit(old, new):
    """Return a break that replaces ``old`` by ``new`` in the snippet."""
    return lambda book: book.replace(book.snippet, old, new)


def page(old, new):
    """Return a break that replaces ``old`` by ``new`` in the page."""
    return lambda book: book.replace(book.page, old, new)


def write(name, text):
    """Return a break that writes a file."""
    return lambda book: book.write(name, text)


def remove(name):
    """Return a break that removes a file."""
    return lambda book: (book.root / name).unlink()


BREAKS = {
    "raises": (
        edit('print(f"sum', '1 / 0\nprint(f"sum'),
        f"{SUMS}: line 6: ZeroDivisionError: division by zero",
    ),
    "writes to stderr": (
        edit("fig, ax", "import sys\nsys.stderr.write('hm')\nfig, ax"),
        f"{SUMS}: it writes to stderr:\nhm",
    ),
    "is not text": (
        edit("fig, ax", "import os\nos.write(1, b'\\xff')\nfig, ax"),
        f"{SUMS}: it prints bytes that are not text",
    ),
    "two figures": (
        edit("plt.show()", "plt.show()\nplt.plot([1])\nplt.show()"),
        f"{SUMS}: line 13: RuntimeError: two figures under one name",
    ),
    "no Python": (
        edit("import torch", "import torch ="),
        f"{SUMS}: it is not Python",
    ),
    "no question": (
        edit("equal three?", "equal three."),
        f"{SUMS}: begin with a docstring of one line, a question",
    ),
    "main guard": (
        edit("fig, ax", 'if __name__ == "__main__":\n    pass\nfig, ax'),
        f"{SUMS}:7: a main guard: take it away",
    ),
    "neighbour": (
        write("snippets/part/chapter/two.py", '"""Q?"""\nimport sums\n'),
        "snippets/part/chapter/two.py:2: imports sums from the book: a snippet is",
    ),
    "relative import": (
        edit("import torch", "import torch\nfrom . import other"),
        f"{SUMS}:5: imports . from the book",
    ),
    "machinery": (
        edit("import torch", "import torch\nfrom book.run import pool"),
        f"{SUMS}:5: imports book.run from the book",
    ),
    "missing page": (
        remove("docs/part/chapter.md"),
        f"{SUMS}: its page is missing: write docs/part/chapter.md",
    ),
    "no page shows it": (
        page("::: part/chapter/sums open", "```\n::: part/chapter/sums\n```"),
        f"{SUMS}: no page shows it: add ::: part/chapter/sums to "
        "docs/part/chapter.md, or delete it",
    ),
    "wrong depth": (
        write("snippets/part/two.py", '"""Q?"""\n'),
        "snippets/part/two.py: move it to snippets/PART/CHAPTER/NAME.py",
    ),
    "orphan output": (
        write("snippets/part/chapter/gone.txt", "1\n"),
        "snippets/part/chapter/gone.txt: nothing prints it: delete it",
    ),
    "shows what is not there": (
        page("::: part/chapter/sums", "::: part/chapter/sum"),
        "docs/part/chapter.md:3: shows part/chapter/sum, but there is no "
        "snippets/part/chapter/sum.py: the nearest is part/chapter/sums",
    ),
    "shows it with an option that is none": (
        page("sums open", "sums opened"),
        "docs/part/chapter.md:3: ::: part/chapter/sums opened: write ::: PART/",
    ),
    "shows it within a paragraph": (
        page("sums open\n", "sums open\nAnd so on.\n"),
        "docs/part/chapter.md:3: ::: part/chapter/sums open: write ::: PART/",
    ),
    "shows another chapter's": (
        write("docs/index.md", "::: part/chapter/sums\n"),
        "docs/index.md:1: shows part/chapter/sums: a page shows what is below "
        "snippets/index/",
    ),
    "embeds a figure that is not there": (
        page("sums.svg", "sum.svg"),
        "docs/part/chapter.md:7: embeds part/chapter/sum.svg, but there is no "
        "snippets/part/chapter/sum.py",
    ),
    "embeds another chapter's figure": (
        write("docs/part/other.md", '--8<-- "part/chapter/sums.svg"\n'),
        "docs/part/other.md:1: embeds part/chapter/sums.svg: a page embeds what is",
    ),
    "embeds what is no figure": (
        page("sums.svg", "sums.txt"),
        "docs/part/chapter.md:7: embeds part/chapter/sums.txt, which is no .svg: a",
    ),
    "figure without words": (
        page("A rising line.", ""),
        "docs/part/chapter.md:7: the line above the figure must be",
    ),
    "figure not shown": (
        page('--8<-- "part/chapter/sums.svg"', ""),
        f'docs/part/chapter.md: {SUMS} draws: embed --8<-- "part/chapter/sums.svg"',
    ),
    "figure not drawn": (
        edit("plt.show()", "plt.close()"),
        f"docs/part/chapter.md: embeds part/chapter/sums.svg, but {SUMS} draws nothing",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_bad_tree_is_an_error_that_names_the_file(name, book):
    do, message = BREAKS[name]
    do(book)
    report = outputs.build(book.root)
    assert any(message in error for error in report.errors), report
    assert not (book.root / ".cache/outputs").exists()  # nothing half-made


def test_the_small_book_is_good_as_it_is(book):
    report = outputs.build(book.root)
    assert (report.errors, report.differences) == ([], [])
    assert law.problems(Book.read(book.root)) == []


def test_a_snippet_that_never_ends_is_an_error(book):
    book.replace(book.snippet, "import torch", "while True:\n    pass")
    report = outputs.build(book.root, limit=2)
    assert report.errors == [f"{SUMS}: still running after 2 s of computing: stopped"]


@pytest.mark.parametrize(
    ("committed", "said"),
    [
        ("sum 4\n", "is not what snippets/part/chapter/sums.py prints"),
        ("sum 3", "is not what snippets/part/chapter/sums.py prints"),
        (None, "is missing"),
    ],
)
def test_output_other_than_the_committed_one_is_shown_as_a_diff(committed, said, book):
    book.output.unlink()
    if committed is not None:
        book.output.write_text(committed)
    (text,) = outputs.build(book.root).differences
    assert text.startswith(f"snippets/part/chapter/sums.txt {said}\n---")
    assert "make outputs ACCEPT=1" in text
    assert "\n+sum 3\n" in text
    if committed:
        assert f"\n-{committed}" in text


@pytest.mark.parametrize("name", ["raises", "main guard", "figure without words"])
def test_the_build_stops_in_one_message_and_keeps_the_old_site(name, book):
    book.write("site/old.html", "old")
    do, message = BREAKS[name]
    do(book)
    run = book.build()
    assert run.returncode == 1
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert [p.name for p in book.site.rglob("*")] == ["old.html"]


def test_the_build_stops_with_the_diff_of_an_output(book):
    book.output.write_text("sum 4\n")
    run = book.build()
    assert run.returncode == 1
    assert "-sum 4\n+sum 3" in run.stderr
    assert "Traceback" not in run.stderr
    assert not book.site.exists()


def test_a_broken_link_leaves_no_half_built_site(book):
    book.write("docs/index.md", "[gone](gone.md)\n")
    run = book.build()
    assert run.returncode == 1
    assert "gone.md" in run.stderr
    assert not book.site.exists()


def test_markup_in_an_output_is_shown_as_text(book):
    lines = [
        "<script>alert(1)</script>",
        "{{ x }}",
        '--8<-- "part/chapter/sums.py"',
        "  ;--8<--",
        "--8<--",
        "# --8<-- [start:here]",
        "$$ x $$ \\(y\\) **bold** &amp;",
        "```",
        "::: part/chapter/sums",
    ]
    text = '"""What is shown as it is?"""\n\nprint("""\\\n'
    text += "\n".join(lines).replace("\\(", "\\\\(") + '""")\n'
    book.snippet.write_text(text)
    book.output.write_text("\n".join(lines) + "\n")
    page = book.page.read_text()
    book.page.write_text(page[: page.index("<figure")])
    run = book.build()
    assert run.returncode == 0, run.stderr
    html = (book.site / "part/chapter/index.html").read_text()
    program, output = BeautifulSoup(html, "html.parser").select(".highlight code")
    assert program.text == text
    assert output.text.splitlines() == lines
    shutil.rmtree(book.site)


def test_the_downloads_are_the_snippet_and_a_notebook_of_it(book):
    run = book.build()
    assert run.returncode == 0, run.stderr
    folder = book.site / "downloads/part/chapter"
    assert (folder / "sums.py").read_bytes() == book.snippet.read_bytes()
    import nbformat

    notebook = nbformat.read(folder / "sums.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[1].source == book.snippet.read_text().rstrip("\n")


def test_the_style_sheets_are_one(book):
    assert outputs.build(book.root).errors == []
    whole = (book.root / ".cache/outputs/site/assets/site.css").read_text()
    sheets = {path.name: path for path in (book.root / "docs/assets").glob("*.css")}
    assert {*sheets} == {*outputs.SHEETS}  # and none is forgotten
    places = [whole.index(sheets[name].read_text()) for name in outputs.SHEETS]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "block",
    [
        "def f():\n    import book",
        "class C:\n    def f(self):\n        import book",
        "for i in ():\n    pass\nelse:\n    import book",
        "with x:\n    while y:\n        import book",
        "try:\n    pass\nexcept E:\n    import book",
        "try:\n    pass\nexcept* E:\n    import book",
        "try:\n    pass\nfinally:\n    import book",
        "match x:\n    case 1:\n        import book",
        "if x:\n    pass\nelif y:\n    import book",
        "async def f():\n    async with x:\n        import book",
    ],
)
def test_an_import_is_found_in_every_kind_of_block(block):
    assert [module for _, module in Snippet("a/b/c.py", block.encode()).imports] == [
        "book"
    ]
