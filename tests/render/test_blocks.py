"""Guards of the marks of a chapter's parts and of the indexes."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown

from book import ROOT
from book.model import Book, Page
from book.render import blocks
from book.write import indexes

GLOSSARY = """# Glossary

Batch normalisation (BN)
:   A layer.

Epsilon, $\\varepsilon$
:   A number.
"""


@pytest.fixture
def render(tmp_path):
    """Return a function from Markdown to a soup, with a small glossary."""
    path = tmp_path / "glossary.md"
    path.write_text(GLOSSARY)
    markdown = Markdown(
        extensions=["tables", "def_list", "md_in_html", "book.render.blocks"],
        extension_configs={"book.render.blocks": {"glossary": str(path)}},
    )
    return lambda text: BeautifulSoup(markdown.reset().convert(text), "html.parser")


def test_proofs_exercises_and_evidence_are_marked(render):
    page = render(
        "*Proof.* It is.\n\n**Exercise 2 (hard).** Do.\n\nPlain *Proof.* text.\n\n"
        "| a | b |\n|---|---|\n| x | Proved, (1) |\n| y | Measured, `a.py` |\n"
        "| v | Derived under A, `a.py` |\n"
        "| z | [A (1)](../reference/bibliography.md#a) |\n| w | nothing |\n"
    )
    assert [p.text for p in page.select("p.proof")] == ["Proof. It is."]
    assert [p["id"] for p in page.select("p.exercise")] == ["exercise-2"]
    kinds = [cell.get("class") for cell in page.select("td:last-child")]
    assert kinds == [["proved"], ["measured"], ["derived"], ["cited"], None]


@pytest.mark.parametrize(("words", "minutes"), [(0, 5), (1290, 10), (1290 + 400, 15)])
def test_what_to_read_before_a_chapter_is_preceded_by_how_long_it_takes(
    words, minutes, render
):
    read, more = "word " * words, "more " * 5000
    folded = f"<details markdown='1'>\n{more}\n</details>"
    page = render(
        f"# Title\n\nBefore this: *that*.\n\n{read}\n\n{folded}\n\n"
        f"## What this does not show\n\n{more}\n"
    )
    (before,) = page.select("p.before")
    assert before.text == f"About {minutes} minutes. Before this: that."
    assert not render("Not before this: that.").select(".before")


def test_an_empty_corner_of_a_table_is_no_heading(render):
    page = render("|   | b | `c` |\n|---|---|---|\n| x | y | z |\n")
    assert [cell.name for cell in page.select("thead tr > *")] == ["td", "th", "th"]


def test_a_number_stays_with_its_unit_and_its_name(render):
    page = render(
        "By Exercise 3, 60 % of 10 s; 5 seeds in `Figure 2, 3 s` and 2 sums.\n"
    )
    text = page.text.replace("\N{NO-BREAK SPACE}", "~")
    assert text == "By Exercise~3, 60~% of 10~s; 5 seeds in Figure 2, 3 s and 2 sums."


def test_the_first_use_of_a_term_leads_to_the_glossary(render):
    text = (
        "# Epsilon\n\nOf [epsilon](x.md), `epsilon`: *epsilon* and epsilon.\n\n"
        "Batch normalisations, epsilonic.\n\n**Exercise 1.** Batch normalisation.\n"
    )
    links = render(text).select("a.term")
    assert [(a.text, a["href"]) for a in links] == [
        ("epsilon", "../reference/glossary.md#term-epsilon"),
        ("Batch normalisations", "../reference/glossary.md#term-batch-normalisation"),
    ]
    assert links[0].parent.name == "em"
    assert render(text.replace("**Exercise 1.**", "Nothing.")).select("a.term") == []


def test_terms_of_the_glossary_are_anchors(render):
    names = [term["id"] for term in render(GLOSSARY).select("dt")]
    assert names[0] == "term-batch-normalisation"
    assert names[1].startswith("term-epsilon")


def test_figures_are_numbered(render):
    figure = (
        '<figure markdown="1">\n<div class="plot"></div>\n'
        '<figcaption markdown="span">It *rises*.</figcaption>\n</figure>\n\n'
    )
    page = render(figure * 2)
    assert [f["id"] for f in page.select("figure")] == ["figure-1", "figure-2"]
    captions = [c.text for c in page.select("figcaption")]
    assert captions == [f"Figure\N{NO-BREAK SPACE}{n}. It rises." for n in (1, 2)]


def test_indexes_name_and_number_what_chapters_have(tmp_path):
    (tmp_path / "mkdocs.yml").write_text("x: 1\n\nnav:\n  - A: part/a.md\n")
    for folder in ("docs/reference", "docs/part"):
        (tmp_path / folder).mkdir(parents=True)
    names = tmp_path / "docs/reference/equations.toml"
    names.write_text('["part/a"]\nb = "Law of b"\n')
    equation = "$$\n\\begin{{equation}}\n{}\n\\end{{equation}}\n$$\n"
    text = (
        "# Title\n\n" + equation.format("a") + equation.format("b = 1 \\label{eq:b}.")
    )
    caption = "By $\\eqref{eq:b}$, [c](c.md#d)."
    text += f'<figure markdown="1"><figcaption markdown="span">{caption}</figcaption>'
    text += "</figure>"
    (tmp_path / "docs/part/a.md").write_text(text)
    book = Book.read(tmp_path)
    assert indexes.equations(book).splitlines() == [
        "## [Title](../part/a.md)",
        "",
        '- <a class="eqref" href="../../part/a/#eq:b">(2)</a> Law of b',
        "",
    ]
    assert indexes.figures(book).splitlines()[2] == (
        '- <a href="../../part/a/#figure-1">Figure 1</a>: '
        'By <a href="../../part/a/#eq:b">(2)</a>, [c](../part/c.md#d).'
    )


def unnamed(book):
    """Return labels without a name in the index, and names without a label."""
    named = indexes.names(book)
    known = {(chapter, label) for chapter in named for label in named[chapter]}
    labels = {
        (page.chapter, label) for page in book.pages.values() for label in page.labels
    }
    return sorted(labels ^ known)


def test_every_labelled_equation_has_a_name_in_the_index():
    book = Book.read(ROOT)
    assert unnamed(book) == []
    more = "$$\\begin{equation} x \\label{eq:new} \\end{equation}$$"
    pages = {**book.pages, "a.md": Page("a.md", more)}
    assert unnamed(replace(book, pages=pages)) == [("a", "new")]


def test_a_term_is_found_by_its_name_alone():
    assert blocks.slug("Fan-in, fan-out") == "term-fan-in"
    assert blocks.slug("Stein's lemma") == "term-stein-s-lemma"
