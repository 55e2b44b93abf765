"""Guards of the prose: every decimal is supported, every chapter is whole."""

import re
from functools import cache

import pytest
from bs4 import BeautifulSoup

from book import ROOT, model
from book.write import bibliography
from tests import prose
from tests.codeblocks import render

PAGES = model.Book.read(ROOT).texts
PARTS = (
    "phenomenon",
    "depth",
    "batch-norm",
    "normalizers",
    "debate",
    "practice",
)
LOOK_UP = "batch-norm/reference.md"
ASK = "practice/questions.md"
ABOUT = [f"{part}/index.md" for part in PARTS]
CHAPTERS = [
    page
    for page in PAGES
    if page.split("/")[0] in PARTS and page not in (LOOK_UP, ASK, *ABOUT)
]
BIB = ROOT / "docs/reference/bibliography.bib"


def soup(html):
    return BeautifulSoup(html, "html.parser")


@cache
def printed():
    return {page: prose.shown(soup(render(text))) for page, text in PAGES.items()}


# The seconds on the page of all snippets are measured by the build itself; the other
# indexes repeat what stands in chapters.
@pytest.mark.parametrize("page", sorted(set(PAGES) - set(model.GENERATED)))
def test_every_decimal_is_printed_or_cited(page):
    found = prose.unsupported(soup(render(PAGES[page])), page, printed())
    assert found == []


def unread(html):
    """Return the tags whose Markdown was not read: a "<x" in a formula is a tag."""
    return re.findall(r'<\w+ [^>]*\bmarkdown="[^>]*>', html)


@pytest.mark.parametrize("page", PAGES)
def test_captions_are_read_as_markdown(page):
    assert unread(render(PAGES[page])) == []


def test_a_caption_that_is_not_read_is_found():
    figure = '<figure markdown="1">\n<div>x</div>\n</figure>\n'
    assert unread(render(f"Where $k < l$.\n\n{figure}")) == []
    assert unread(render(f"Where $k<l$.\n\n{figure}")) == [
        '<figure id="figure-1" markdown="1">'
    ]


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_chapter_is_whole(page):
    assert prose.structure(PAGES[page], page) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_citation_and_reference_leads_somewhere(page):
    assert prose.citations(PAGES[page], page, bibliography.entries(BIB)) == []
    assert prose.references(PAGES[page], page) == []


def test_every_entry_of_the_bibliography_is_cited():
    texts = "\n".join(PAGES.values())
    texts += "".join(p.read_text() for p in (ROOT / "docs/labs").glob("*.ipynb"))
    cited = set(re.findall(r"bibliography\.md#([\w-]+)", texts))
    assert sorted(set(bibliography.entries(BIB)) - cited) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("<p>It is 0.5 here.</p>", 1),
        ("<p>It is 0.21 here.</p><pre>x 0.206621</pre>", 0),
        ("<p>It is 0.20 here.</p><pre>x 0.206621</pre>", 1),
        ("<p>It is 4.65 % here.</p><pre>x 0.046436</pre>", 1),
        ("<p>It is 4.65 % here.</p><pre>x 0.046536</pre>", 0),
        ("<p>It is 4.65 here.</p><pre>x 0.046536</pre>", 1),
        ("<p>With \\(\\eta = 0.05\\).</p>", 1),
        ("<p>With \\(\\eta = 0.05\\).</p><pre>lr=5e-2</pre>", 0),
        ("<p><i data-tex='0.5^{10}'>0.510</i></p><pre>0.5</pre>", 0),
        ("<p><i data-tex='0.5^{10}'>0.510</i></p><pre>0.7</pre>", 1),
        ("<p>Torch 2.13.0 is used, see §4.1.</p>", 0),
        ("<p>So 0.5 (<a href='../reference/bibliography.md#a'>A</a>).</p>", 0),
        (
            "<p>So 0.5. See <a href='../reference/bibliography.md#a'>A</a>.</p>",
            1,
        ),
        (
            "<p>See <a href='../reference/bibliography.md#a'>A et al. 1</a> 0.5.</p>",
            0,
        ),
        ("<p>So 0.7, <a href='other.md#x'>there</a>.</p>", 0),
        ("<p>So 0.8, <a href='other.md'>there</a>.</p>", 1),
        ("<table><tr><td>0.5</td><td>b</td></tr></table>", 1),
        (
            "<table><tr><td>0.5. But</td><td>"
            "<a href='../reference/bibliography.md#a'>A</a></td></tr></table>",
            0,
        ),
        ("<li><p>It is 0.5.</p></li>", 1),
        ("<figcaption>It is 0.5.</figcaption>", 1),
        ("<svg><text>0.5</text></svg><p>The code <code>0.5</code>.</p>", 0),
    ],
)
def test_a_decimal_out_of_nowhere_is_found(text, count):
    found = prose.unsupported(soup(text), "part/page.md", {"part/other.md": [0.7]})
    assert len(found) == count
    assert all(f.startswith("part/page.md: ") for f in found)


GOOD = """# Title

!!! question "The question"
    What?

Before this: that.

$$
\\begin{equation} x \\label{eq:x} \\end{equation}
$$

See $\\eqref{eq:x}$.

## What was proved, measured and cited

## Exercises

**Exercise 1.** Do.

??? success "Answer"
    Done.

**Exercise 2.** Do.

??? success "Answer"
    Done.
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("!!! question", "!!! note", "open with a title and its question"),
        ("Before this: that.", "That.", "say after the question what to read"),
        ("## Exercises", "## Tasks", "the section '## Exercises' is missing"),
        (
            "## What was proved,",
            "## Proved,",
            "proved, measured and cited' is missing",
        ),
        ("**Exercise 2", "**Task 2", "1 exercises and 2 answers"),
        (
            '??? success "Answer"\n    Done.\n\n**Ex',
            "**Ex",
            "2 exercises and 1 ans",
        ),
        (
            "\\eqref{eq:x}",
            "\\eqref{eq:y}",
            "refers to eq:y, which no equation",
        ),
        (
            "x \\label{eq:x}",
            "x \\label{eq:x} \\label{eq:x}",
            "eq:x stands twice",
        ),
    ],
)
def test_a_chapter_that_lacks_something_is_found(old, new, message):
    assert prose.structure(GOOD, "a.md") == []
    assert old in GOOD
    (found,) = prose.structure(GOOD.replace(old, new, 1), "a.md")
    assert message in found


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("| x | Proved, $\\eqref{eq:x}$; checked by `a.py` |", ""),
        ("| x, $\\eqref{eq:x}$ | Proved; checked by `a.py` |", ""),
        ("| x | Proved in Exercise 1 |", ""),
        ("| x | Proved; checked by `a.py` |", "proved where?"),
        ("| x | Derived for wide layers; measured, `a.py` |", ""),
        ("| x | Derived; measured, `a.py` |", "derived under what"),
        ("| x | Derived for wide layers |", "derived under what"),
        ("| x | Measured, `a.py` |", ""),
    ],
)
def test_a_row_of_evidence_says_what_it_rests_on(row, message):
    text = f"| Statement | How we know |\n|---|---|\n{row}\n"
    found = prose.evidence(text, "a.md")
    assert len(found) == bool(message)
    assert message in "".join(found)


def test_a_citation_of_nothing_is_found():
    text = "[A](../reference/bibliography.md#a) [B](../reference/bibliography.md#b)"
    assert prose.citations(text, "p.md", {"a": {}}) == [
        "p.md: cites b, which is not in bibliography.bib"
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("A (2018, §2.2)", 1),
        ("A (2018,\nTheorem 4.1)", 1),
        ("A (2018, Table 1, Fig. 2)", 1),
        ("A (2018, §2.2, as quoted)", 0),
        ("A (2018, abstract)", 0),
        ("A (2018)", 0),
    ],
)
def test_a_place_that_was_not_seen_says_that_it_is_quoted(words, found):
    text = f"[{words}](../reference/bibliography.md#a)"
    assert len(prose.citations(text, "p.md", {"a": {"seen": "quoted"}})) == found
    assert prose.citations(text, "p.md", {"a": {}}) == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "@article{a, title={T}, year=1, journal={J}, doi={1}}",
            "a has no author",
        ),
        (
            "@article{a, author={A}, title={T}, year=1, journal={J}}",
            "a has no doi",
        ),
        (
            "@article{a, author={A}, title={T}, year=1, doi={1}}",
            "a has no journal",
        ),
        ("@article{a, author={A}, ", "this entry cannot be read"),
    ],
)
def test_an_entry_that_lacks_something_is_found(entry, message, tmp_path):
    path = tmp_path / "bibliography.bib"
    path.write_text(entry)
    with pytest.raises(ValueError, match=message):
        bibliography.entries(path)


def equations(text):
    """Return the numbered equations of a page, without labels, spaces and stops."""
    found = re.findall(r"\\begin\{equation\}(.*?)\\end\{equation\}", text, re.S)
    found = ["".join(re.sub(r"\\label\{.*?\}", "", each).split()) for each in found]
    stops = r"(\\?[.,;:])*(\\end\{aligned\})?$"
    return [re.sub(stops, r"\2", each, count=1) for each in found]


def misnumbered(text, part):
    """Return what stands beside another equation than its chapter's of that number."""
    found = []
    entry = r"\((\d+)\)\]\(([\w-]+\.md)#.*?\$\$(.*?)\$\$"
    for number, chapter, formula in re.findall(entry, text, re.S):
        (known,) = equations(formula)
        right = equations(part[f"batch-norm/{chapter}"]).index(known) + 1
        if right != int(number):
            found.append(f"{chapter}: {known} is ({right}), not ({number})")
    return found


def strange(text, chapters):
    """Return the equations of a page that none of the ``chapters`` has."""
    known = {each for chapter in chapters for each in equations(chapter)}
    return [each for each in equations(text) if each not in known]


def test_a_formula_that_one_looks_up_is_that_of_its_chapter():
    part = {name: text for name, text in PAGES.items() if name.startswith("batch-norm")}
    page = part.pop(LOOK_UP)
    assert equations(page)
    assert strange(page, part.values()) == []
    numbers = re.findall(r"\(\d+\)\]\([\w-]+\.md#", page)
    assert len(numbers) == len(equations(page))
    assert misnumbered(page, part) == []


def test_a_formula_with_the_number_of_another_is_found():
    formula = "$$\\begin{equation}%s\\end{equation}$$"
    part = {"batch-norm/a.md": formula % "x" + formula % "y ."}
    text = "See [A (2)](a.md#b), `c.py`.\n\n" + formula % "y"
    assert misnumbered(text, part) == []
    wrong = text.replace("(2)", "(1)")
    assert misnumbered(wrong, part) == ["a.md: y is (2), not (1)"]


def test_a_formula_that_differs_from_its_chapter_is_found():
    chapter = "\\begin{equation}\nE = m c^2 \\label{eq:e}\n\\end{equation}"
    same = chapter.replace(" \\label{eq:e}", "").replace("\n", " ")
    assert strange(same, [chapter]) == []
    assert strange(same.replace("2", "3"), [chapter]) == ["E=mc^3"]


# Of the headings of ASK, the beginnings of those that are messages of torch.
MESSAGES = (
    "Expected more than 1 value per channel when training",
    "running_mean should contain 36 elements not 5",
    "During a grad (vjp, jvp, grad, etc)",
    "expected 4D input (got 3D input)",
    "Given normalized_shape=[3], expected input with shape",
    "num_channels (48) must be divisible by num_groups (32)",
    'Missing key(s) in state_dict: "running_mean"',
    "mixed dtype (CPU): expect parameter to have scalar type of",
)


def test_the_messages_that_people_search_for_are_those_of_torch():
    said = re.findall(r"^(?:###|\|) ([^|\n]*)", PAGES[ASK], re.MULTILINE)
    folder = ROOT / "snippets" / ASK.removesuffix(".md")
    printed = "".join(p.read_text("utf-8") for p in sorted(folder.glob("*.txt")))
    for message in MESSAGES:
        assert any(message in words for words in said), message
        assert message in printed  # by the torch that the book runs with
