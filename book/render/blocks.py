"""Blocks: a Markdown extension that gives the parts of a chapter their marks.

Proofs and exercises become blocks that the style sheet tells apart, figures get
numbers, rows of evidence say of which kind they are, the first use of each term of
the glossary on a page leads there, and what to read before a chapter is preceded by
how long the chapter takes. What a page says stays as it is typed, but for spaces that
must not end a line.
"""

import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

from markdown import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from book.model import number_figures

# Where text is not to be linked: it is code, a formula, a title or a link already.
SILENT = ("a", "code", "pre", "h1", "h2", "h3", "h4", "svg", "th", "strong", "summary")
EVIDENCE = {
    "Proved": "proved",
    "Derived": "derived",  # under an assumption that the text names
    "Measured": "measured",
    "Asserted": "measured",
    "Checked": "measured",
    "Printed": "measured",
    "Claimed": "cited",
    "Defined": "defined",
}
BEFORE = "Before this:"  # begins the paragraph that says what a reader needs
LAST = "What this does not show"  # the heading after the main line of a chapter
PACE = 130  # words a minute, of a text with formulas
EXERCISE = re.compile(r"Exercise (\d+)")
# A space that does not end a line: in front of a unit, and of a number in a name.
TIED = re.compile(
    r"(\d) (?=(?:s|ms|min|px|kB|MB|GiB)\b|%)|\b(Exercise|Figure|Part|Table) (?=\d)"
)


def slug(term):
    """Return the anchor of a term of the glossary."""
    return "term-" + re.sub(r"[^a-z]+", "-", _name(term).lower()).strip("-")


def _name(term):
    """Return a term without its abbreviation and its symbol."""
    return re.split(r" \(|, ", term)[0].strip()


@cache
def _glossary(path, _changed):
    """Return the terms of the glossary: name in lower case to anchor."""
    text = Path(path).read_text(encoding="utf-8")
    terms = re.findall(r"^(\S.*)\n:   ", text, re.MULTILINE)
    return {_name(term).lower(): slug(term) for term in terms}


def glossary(path):
    """Return the terms of the glossary at ``path``, or {} if there is none."""
    try:
        return _glossary(path, Path(path).stat().st_mtime_ns)
    except OSError:
        return {}


class _Mark(Treeprocessor):
    def __init__(self, md, path):
        super().__init__(md)
        self.path = path

    def run(self, root):
        """Mark the blocks of a page; link its terms if it is a chapter."""
        paragraphs = list(root.iter("p"))
        for paragraph in paragraphs:
            first = paragraph[0] if len(paragraph) and not paragraph.text else None
            said = (first.text or "") if first is not None else ""
            if first is not None and first.tag == "em" and said.startswith("Proof"):
                paragraph.set("class", "proof")
            if (paragraph.text or "").startswith(BEFORE):
                _say_how_long(paragraph, root)
            exercise = EXERCISE.match(said)
            if exercise and first.tag == "strong":
                paragraph.set("class", "exercise")
                paragraph.set("id", f"exercise-{exercise[1]}")
        for element in root.iter():
            element.text, element.tail = _tied(element.text), _tied(element.tail)
        for row in root.iter("tr"):
            cells = row.findall("td")
            if len(cells) == 2:
                kind = _evidence(cells[1])
                if kind:
                    cells[1].set("class", kind)
        for cell in root.iter("th"):
            if not len(cell) and not (cell.text or "").strip():
                cell.tag = "td"  # the empty corner of a table is no heading
        for term in root.iter("dt"):
            term.set("id", slug("".join(term.itertext())))
        chapter = any(p.get("class") == "exercise" for p in paragraphs)
        terms = glossary(self.path) if chapter else {}
        if terms:
            left = dict(terms)
            for element in root.iter():
                if element.tag in ("p", "li") and left:
                    _link(element, left)


def _say_how_long(paragraph, root):
    """Begin a paragraph with the minutes that the main line of its page takes."""
    words = 0
    for element in root:
        if "".join(element.itertext()) == LAST:
            break
        words += _words(element)
    minutes = 5 * max(1, round(words / PACE / 5))
    paragraph.set("class", "before")
    said = ET.Element("strong")
    said.text = f"About {minutes} minutes."
    said.tail, paragraph.text = f" {paragraph.text}", ""
    paragraph.insert(0, said)


def _words(element):
    """Count the words of an element that is not folded; those of a formula are TeX."""
    if element.tag == "details":
        return 0
    own = len((element.text or "").split())
    return own + sum(_words(e) + len((e.tail or "").split()) for e in element)


def _tied(text):
    """Return a text (not what is code) with spaces that do not end a line."""
    if type(text) is not str:
        return text  # none, or one that Markdown leaves as it is
    return TIED.sub("\\1\\2\N{NO-BREAK SPACE}", text)


def _evidence(cell):
    """Say of which kind the evidence in a cell is, or nothing if it is none."""
    word = re.match(r"\w*", cell.text or "")[0]
    if word in EVIDENCE:
        return EVIDENCE[word]
    link = cell[0] if len(cell) and not (cell.text or "").strip() else None
    if link is not None and "bibliography" in link.get("href", ""):
        return "cited"
    return ""


def _link(element, left):
    """Link the first use of each term that is ``left`` in the text of ``element``."""
    place = 0
    if element.text and type(element.text) is str:
        element.text, links = _split(element.text, left)
        for link in links:
            element.insert(place, link)
            place += 1
    for child in list(element)[place:]:
        if child.tag in ("em",) and child.get("class") is None:
            _link(child, left)
        position = list(element).index(child)
        if child.tail and type(child.tail) is str:
            child.tail, links = _split(child.tail, left)
            for number, link in enumerate(links, 1):
                element.insert(position + number, link)


@cache
def _any(names):
    """Return the pattern of the first of ``names`` in a text, longer ones before."""
    names = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
    return re.compile(rf"\b({names})s?\b", re.IGNORECASE)


def _split(text, left):
    """Return the text before the first term, and a link with its tail for each."""
    links, before = [], text
    rest, done = text, ""
    while left:
        found = _any(tuple(left)).search(rest)
        if not found:
            break
        link = ET.Element("a", {"class": "term"})
        link.set("href", f"../reference/glossary.md#{left.pop(found[1].lower())}")
        link.text = found[0]
        done += rest[: found.start()]
        if links:
            links[-1].tail = done
        else:
            before = done
        links.append(link)
        rest, done = rest[found.end() :], ""
    if links:
        links[-1].tail = rest
    return before, links


class _Number(Preprocessor):
    def run(self, lines):
        """Give each figure its number, in its caption too."""
        return number_figures("\n".join(lines)).split("\n")


class BlocksExtension(Extension):
    """Markdown extension ``book.render.blocks``."""

    def __init__(self, **options):
        self.config = {
            "glossary": ["docs/reference/glossary.md", "where the terms are"]
        }
        super().__init__(**options)

    def extendMarkdown(self, md):
        """Have figures numbered first, and blocks marked once their text is read."""
        mark = _Mark(md, self.getConfig("glossary"))
        md.treeprocessors.register(mark, "blocks", 15)
        md.preprocessors.register(_Number(md), "figures", 1000)


def makeExtension(**options):
    """Tell Markdown what this module has."""
    return BlocksExtension(**options)
