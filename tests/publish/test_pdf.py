"""Guards of the book as a PDF: chapters, numbers, links, figures, words; and paper.

What is broken in the site stops it; what is broken in a PDF is found.
"""

import base64
import datetime
import io
import re
import shutil
from pathlib import Path

import matplotlib
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from book import model
from book.publish import pdf
from tests import browser

pytestmark = pytest.mark.xdist_group("pdf")  # the small book is printed once
TODAY = datetime.date(2026, 2, 1)
FRONT = """# Front

See [the figure](part/chapter.md#the-figure), [the program](downloads/x.py) and
[another book](https://example.org/).

## A heading of the front page

??? success "Answer"

    Folded away, and $x^2$.
"""
# Its output is folded, too: it is long.
MORE = '"""Is there more?"""\n\nfor k in range(13):\n    print("more", k)\n'
TITLES = ["Front", "A part", "A chapter"]


def reader(data):
    return PdfReader(io.BytesIO(data))


def outline(found):
    """Return the titles of an outline with their depths, in order."""

    def walk(items, depth):
        for item in items:
            if isinstance(item, list):
                yield from walk(item, depth + 1)
            else:
                yield depth, item.title.strip(), item

    return list(walk(found.outline, 0))


def problems(data, titles, figures):
    """Return what is wrong with a book in a PDF (bytes)."""
    found = reader(data)
    problems = []
    entries = {title for _, title, _ in outline(found)}
    problems += [f"no outline entry: {t}" for t in titles if t not in entries]
    if [t for t in titles if t in entries]:
        places = {t: found.get_destination_page_number(e) for _, t, e in outline(found)}
        begins = [places[t] for t in titles if t in places]
        if sorted(set(begins)) != begins:
            problems.append("a chapter does not begin on a page of its own")
    names = {name.lstrip("/") for name in found.named_destinations}
    for number, page in enumerate(found.pages, 1):
        text = page.extract_text()
        if number > 1 and not re.search(rf"^\s*{number}\s*$", text, re.MULTILINE):
            problems.append(f"page {number} has no number")
        for annotation in page.get("/Annots") or []:
            link = annotation.get_object()
            if link.get("/Subtype") != "/Link":
                continue
            address = link.get("/A", {}).get("/URI", "")
            if address and not address.startswith(("http://", "https://")):
                problems.append(f"page {number} links to {address}")
            if address.startswith(pdf.ADDRESS):
                problems.append(f"page {number} links to the site: {address}")
            name = str(link.get("/Dest", "")).lstrip("/")
            if not address and name not in names:
                problems.append(f"page {number} links to nowhere: {name}")
    drawn = len(figures_of(found))
    if drawn != figures:
        problems.append(f"{drawn} figures, not {figures}")
    return problems


def figures_of(found):
    """Return what the tags say of each figure."""
    return [o["/Alt"] for o in tags(found) if o.get("/S") == "/Figure" and "/Alt" in o]


def tags(found):
    """Walk the tags, by which programs read a page aloud, not into a figure."""
    left = [found.trailer["/Root"]["/StructTreeRoot"]]
    while left:
        item = left.pop().get_object()
        if isinstance(item, dict):
            yield item
            if item.get("/S") != "/Figure" or "/Alt" not in item:
                item = item.get("/K", [])
                left += item if isinstance(item, list) else [item]


@pytest.fixture(scope="module")
def small(tmp_path_factory, runs):
    """Return a small book, built, with what a book may link to."""
    from tests.conftest import Book

    book = Book(tmp_path_factory.mktemp("pdf") / "book", runs)
    book.write("docs/index.md", FRONT)
    book.write("docs/downloads/x.py", "")
    figure = "## The figure\n\n::: part/chapter/more\n\n<figure"
    book.replace(book.page, "<figure", figure)
    book.write("snippets/part/chapter/more.py", MORE)
    book.write(
        "snippets/part/chapter/more.txt", "".join(f"more {k}\n" for k in range(13))
    )
    nav = "nav: [index.md, part/chapter.md]"
    book.replace(
        book.root / "mkdocs.yml",
        nav,
        "nav: [Overview: index.md, A part: [part/index.md, part/chapter.md], "
        "A last part: [Figures: reference/figures.md]]",
    )
    book.write("docs/part/index.md", "# A part\n\nWhat it is about.\n")
    index = '# Figures\n\n--8<-- "reference/figures.md"\n'
    book.write("docs/reference/figures.md", index)
    run = book.build()
    assert run.returncode == 0, run.stderr
    return book


@pytest.fixture(scope="module")
def read(small):
    return model.Book.read(small.root)


@pytest.fixture(scope="module")
def whole(small, read):
    """Print the small book; return it before and after it is compressed."""
    prints = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "compact", lambda data: prints.append(data) or data)
        pdf.make(small.site, read, TODAY)
    (data,) = prints
    return data, pdf.compact(data)


@pytest.fixture(scope="module")
def printed(whole):
    return whole[1]


@pytest.fixture
def copy(small, tmp_path):
    """Return a copy of the site of the small book, to break."""
    return shutil.copytree(small.site, tmp_path / "site")


def broken(site, name, old, new):
    path = site / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return site


def test_a_good_book_has_no_problems(printed):
    assert problems(printed, TITLES, figures=1) == []


def test_the_outline_has_parts_chapters_and_sections(printed):
    found = [(depth, title) for depth, title, _ in outline(reader(printed))]
    assert found == [
        (0, "Contents"),
        (0, "Front"),
        (1, "A heading of the front page"),
        (0, "A part"),
        (1, "A chapter"),
        (2, "The figure"),
        (0, "A last part"),
        (1, "Figures"),
        (2, "A chapter"),
        (0, "Programs"),
        (1, "A chapter"),
    ]


def test_words_can_be_taken_out_and_what_is_folded_is_there(printed):
    texts = [page.extract_text() for page in reader(printed).pages]
    assert "Internal Covariate Shift" in texts[0]
    assert "1 February 2026" in texts[0]
    assert "CC BY 4.0" in texts[0]
    contents = re.sub(r"\s+", " ", texts[1])
    assert "Front 3" in contents
    assert "A part 4 A chapter 5 A last part Figures 7 Programs 8" in contents
    assert "Folded away" in texts[2]
    chapter = re.sub(r"\s+", " ", "".join(texts[4:6]))
    assert "print(f" in chapter
    assert "sum 3" in chapter
    assert "It rises." in chapter
    assert "Is there more? more.py, 4 lines, page 8" in chapter
    assert "more 4" in chapter
    assert '("more", k' not in chapter
    assert '("more", k' in texts[7]
    assert not re.search("Download|Notebook|pip install", "".join(texts))


def test_an_index_says_on_which_page_a_figure_is(printed):
    # Some browsers hand out the space that ties a number to its name as it is.
    texts = [re.sub(r"\s", " ", p.extract_text()) for p in reader(printed).pages]
    *chapters, index, _programs = texts
    (page,) = [n for n, text in enumerate(chapters, 1) if "Figure 1. It" in text]
    assert re.search(rf"Figure 1: It rises\. +{page}\b", index)


def test_links_lead_into_the_book_or_away_from_it(printed):
    links = [
        link.get_object()
        for page in reader(printed).pages
        for link in page.get("/Annots") or []
    ]
    names = [str(link["/Dest"]).lstrip("/") for link in links if "/Dest" in link]
    assert names == [
        # The contents.
        *("index", "part", "part.chapter", "reference.figures", "programs"),
        "part.chapter--the-figure",
        "part.chapter--program-more",
        *("part.chapter", "part.chapter--figure-1"),  # the index
    ]
    away = {link["/A"]["/URI"] for link in links if "/A" in link}
    assert "https://example.org/" in away
    assert all(address.startswith("https://") for address in away)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("part/chapter/#the-figure", "part/chapter/#the-picture"),
        ("part/chapter/#the-figure", "part/appendix/"),
        ("downloads/x.py", "downloads/y.py"),
    ],
)
def test_a_link_that_leads_nowhere_stops_it_and_is_named(copy, read, old, new):
    site = broken(copy, "index.html", f'href="{old}"', f'href="{new}"')
    with pytest.raises(pdf.LinkError, match=f"the front page: {new} leads nowhere"):
        pdf.joined(site, read)


def test_no_anchor_stands_twice(small, read):
    html = pdf.joined(small.site, read)
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    used = re.findall(r'url\(#([^)]*)\)|href="#([^"]*)"', html)
    assert used
    assert {a or b for a, b in used} <= set(ids)


def test_what_is_broken_in_a_pdf_is_found(printed):
    def changed(change):
        writer = PdfWriter(clone_from=io.BytesIO(printed))
        change(writer)
        buffer = io.BytesIO()
        writer.write(buffer)
        return problems(buffer.getvalue(), TITLES, figures=1)

    def link(page, key, value):
        def change(writer):
            for each in writer.pages[page]["/Annots"]:
                each.get_object()[NameObject(key)] = value
                each.get_object().pop("/A", None)

        return change

    def without_outline(writer):
        del writer.root_object["/Outlines"]

    def without_figures(writer):
        del writer.root_object["/StructTreeRoot"]["/K"]

    assert changed(lambda writer: None) == []
    nowhere = link(1, "/Dest", TextStringObject("gone"))
    assert "page 2 links to nowhere: gone" in changed(nowhere)
    assert "no outline entry: A chapter" in changed(without_outline)
    assert "0 figures, not 1" in changed(without_figures)
    assert "page 3 has no number" in changed(lambda w: w.insert_page(w.pages[3], 2))


def test_compressing_keeps_what_is_there(whole):
    whole, compact = whole
    assert len(compact) < len(whole)
    one, other = reader(whole), reader(compact)
    assert [p.extract_text() for p in one.pages] == [
        p.extract_text() for p in other.pages
    ]
    assert len(list(tags(one))) == len(list(tags(other)))


def test_the_command_builds_and_writes_the_book(book):
    run = book.run("book", "pdf")
    assert run.returncode == 0, run.stderr
    data = (book.root / "book.pdf").read_bytes()
    assert problems(data, ["Front", "A chapter"], figures=1) == []
    assert not book.site.exists()
    book.replace(book.output, "sum 3", "sum 4")
    (book.root / "book.pdf").unlink()
    run = book.run("book", "pdf")
    assert run.returncode != 0
    assert "+sum 3" in run.stderr
    assert not (book.root / "book.pdf").exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_alone_prints_in_light_colours_unfolded(small, scheme, chromium):
    with browser.served(small.site) as address:
        tab = chromium.new_page(color_scheme=scheme)
        tab.goto(address)
        tab.emulate_media(media="print")
        colour = "getComputedStyle(document.body).getPropertyValue('--book-c1')"
        assert tab.evaluate(colour) == "#c44e00"
        assert "Folded away" in reader(tab.pdf()).pages[0].extract_text()


def fonts():
    """Return a style with fonts that are installed with the book, by matplotlib.

    They are wider than those that a page asks for first.
    """
    folder = Path(matplotlib.get_data_path()) / "fonts/ttf"
    rules = []
    for name in ("Serif", "Sans", "SansMono"):
        for weight, end in (("normal", ""), ("bold", "-Bold")):
            data = (folder / f"DejaVu{name}{end}.ttf").read_bytes()
            url = f"data:font/ttf;base64,{base64.b64encode(data).decode()}"
            rules.append(
                f'@font-face {{ font-family: "Own {name}"; font-weight: {weight}; '
                f"src: url({url}) }}"
            )
    return (
        "\n".join(rules)
        + """
      :root, body {
        --book-text: "Own Serif" !important;
        --md-text-font-family: "Own Sans" !important;
        --md-code-font-family: "Own SansMono" !important;
      }"""
    )


def test_the_formulas_at_a_glance_fit_on_two_sheets(chromium, address):
    tab = chromium.new_page()
    tab.goto(f"{address}batch-norm/reference/")
    tab.add_style_tag(content=fonts())
    own = "[...document.fonts].filter((font) => font.family.includes('Own'))"
    used = tab.evaluate(
        f"Promise.all({own}.map((font) => font.load())).then((all) => all.length)"
    )
    assert used == 6
    family = "getComputedStyle(document.querySelector('.glance')).fontFamily"
    assert "Own" in tab.evaluate(family)

    def sheets():
        return len(reader(tab.pdf(prefer_css_page_size=True)).pages)

    assert sheets() == 2
    tab.add_style_tag(content=".glance { font-size: 10pt !important }")
    assert sheets() > 2
