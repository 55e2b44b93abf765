"""The book as a value: what ``mkdocs.yml``, ``docs`` and ``snippets`` say, read once.

The naming law: the page ``docs/PART/CHAPTER.md`` shows the programs
``snippets/PART/CHAPTER/NAME.py``. ``law.py`` says where a book breaks it. Equations and
figures get their numbers here. Imports: nothing of the book.
"""

import ast
import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import count
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import yaml
from pymdownx.snippets import SnippetPreprocessor

# The line that shows a program; ``programs.py`` says how.
SHOW = re.compile(r" {0,3}::: (?P<name>[\w/-]+)(?P<options>(?: open| whole)*) *")
EMBED = SnippetPreprocessor.RE_ALL_SNIPPETS
EQUATION = re.compile(r"\\begin\{equation\}(.*?)\\end\{equation\}", re.DOTALL)
TAG = re.compile(r"\\tag\{(\d+)\}")
LABEL = re.compile(r"\s*\\label\{([^}]*)\}")
FIGURE = re.compile(r'<figure(?= markdown="1">)(.*?)</figure>', re.DOTALL)
CAPTION = re.compile(r'(<figcaption markdown="span">)(.*?)</figcaption>', re.DOTALL)
# Pages whose text the build writes.
GENERATED = tuple(
    f"reference/{name}.md"
    for name in ("bibliography", "equations", "figures", "snippets")
)


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml; of a tag such as ``!ENV`` it takes the last value."""


def _tagged(loader, _suffix, node):
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)[-1]
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("!", _tagged)


@dataclass(frozen=True)
class Snippet:
    """A program of the book."""

    path: str  # below ``snippets/``: PART/CHAPTER/NAME.py
    source: bytes

    @property
    def name(self):
        """PART/CHAPTER/NAME, as a page calls it."""
        return self.path.removesuffix(".py")

    @property
    def page(self):
        """The path below ``docs/`` of the page that shows it."""
        return f"{PurePosixPath(self.path).parent}.md"

    @property
    def question(self):
        """Its docstring, a line. Raises SyntaxError if it is not Python."""
        return _parsed(self.source)[0]

    @property
    def guards(self):
        """The lines of its main guards. Raises SyntaxError."""
        return _parsed(self.source)[1]

    @property
    def imports(self):
        """(line, module) of each import. Raises SyntaxError."""
        return _parsed(self.source)[2]


def _statements(node):
    """Yield all statements below ``node``, without going through expressions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case)):
            yield child
            yield from _statements(child)


@cache  # `serve` asks at every save
def _parsed(source):
    """Return the docstring of a program, the lines of its main guards, its imports."""
    tree = ast.parse(source)
    guards, imports = [], []
    for node in _statements(tree):
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            guards.append(node.lineno)
        elif isinstance(node, ast.Import):
            imports += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports.append((node.lineno, "." if node.level else node.module))
    return (ast.get_docstring(tree) or "").strip(), tuple(guards), tuple(imports)


@dataclass(frozen=True)
class Shown:
    """A line of a page that shows a program, or means to."""

    number: int
    line: str
    name: str  # PART/CHAPTER/NAME; empty if the line is not as it has to be


@dataclass(frozen=True)
class Embedded:
    """A line of a page that puts a written file there: a figure, an index."""

    number: int
    path: str  # below ``.cache/outputs``
    above: str  # the line above


@lru_cache(256)  # of texts; `serve` asks at every save
def _shown(text):
    lines = ["", *text.splitlines(), ""]
    found, fence = [], ""
    for number, line in enumerate(lines):
        bare = line.strip()
        if fence:
            fence = "" if bare == fence else fence
        elif bare.startswith(("```", "~~~")):
            fence = re.match(r"`+|~+", bare)[0]
        elif bare.startswith(":::"):
            alone = not lines[number - 1].strip() and not lines[number + 1].strip()
            match = SHOW.fullmatch(bare) if alone else None
            found.append(Shown(number, bare, match["name"] if match else ""))
    return tuple(found)


@lru_cache(256)
def embedded(text):
    """Return what the Markdown ``text`` embeds, a tuple of Embedded."""
    found, above = [], ""
    for number, line in enumerate(text.splitlines(), 1):
        match = EMBED.match(line)
        if match and not match["escape"] and match["snippet"]:
            found.append(Embedded(number, match["snippet"][1:-1], above))
        above = line
    return tuple(found)


def number_equations(text):
    r"""Return the Markdown ``text`` with a ``\tag`` in each of its equations."""
    numbers = count(1)

    def tag(match):
        return rf"\begin{{equation}}\tag{{{next(numbers)}}}{match[1]}\end{{equation}}"

    return EQUATION.sub(tag, text)


def number_figures(text):
    """Return the Markdown ``text`` with a number in each figure, and in its caption."""
    numbers = count(1)

    def mark(match):
        number = next(numbers)
        inner = CAPTION.sub(rf"\1<b>Figure {number}.</b> \2</figcaption>", match[1])
        return f'<figure id="figure-{number}"{inner}</figure>'

    return FIGURE.sub(mark, text)


@dataclass(frozen=True)
class Page:
    """A Markdown page."""

    path: str  # below ``docs/``: PART/CHAPTER.md
    text: str

    @property
    def chapter(self):
        """PART/CHAPTER, where its programs are below ``snippets/``."""
        return self.path.removesuffix(".md")

    @property
    def title(self):
        """Its heading; empty if it does not begin with one."""
        match = re.match(r"# (.+?)(?: \{.*\})?$", self.text, re.MULTILINE)
        return match[1] if match else ""

    @property
    def shown(self):
        """The programs that it shows, a tuple of Shown."""
        return _shown(self.text)

    @property
    def embedded(self):
        """The files that it embeds, a tuple of Embedded."""
        return embedded(self.text)

    @property
    def labels(self):
        """The labels of its equations, without "eq:", to their numbers."""
        found = {}
        for match in EQUATION.finditer(number_equations(self.text)):
            label = LABEL.search(match[1])
            if label:
                number = int(TAG.match(match[1])[1])
                found[label[1].removeprefix("eq:")] = number
        return found

    @property
    def captions(self):
        """The captions of its figures, in Markdown; the first is of Figure 1."""
        captions = (CAPTION.search(match[1]) for match in FIGURE.finditer(self.text))
        return [caption[2] if caption else "" for caption in captions]


@dataclass(frozen=True)
class Entry:
    """A page in the navigation."""

    part: str  # empty if it stands in none
    title: str  # empty if ``nav`` leaves it to the page
    path: str  # below ``docs/``


@dataclass(frozen=True)
class Book:
    """All that authors have written. Mappings go from paths to values."""

    root: Path
    config: MappingProxyType  # what mkdocs.yml says
    nav: tuple  # of Entry
    pages: MappingProxyType  # of Page: in the order of ``nav``, then what is not in it
    snippets: MappingProxyType  # of Snippet, sorted by path
    outputs: MappingProxyType  # of text: .txt files below ``snippets/``

    @classmethod
    def read(cls, root):
        """Read the book at ``root``."""
        root = Path(root)
        config = yaml.load((root / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)
        nav = tuple(_entries(config.get("nav") or (), ""))
        found = _files(root / "docs", "*.md")
        order = {entry.path: number for number, entry in enumerate(nav)}
        paths = sorted(found, key=lambda path: (order.get(path, len(order)), path))
        pages = {path: Page(path, found[path].decode("utf-8")) for path in paths}
        sources = _files(root / "snippets", "*.py")
        snippets = {path: Snippet(path, source) for path, source in sources.items()}
        printed = _files(root / "snippets", "*.txt")
        outputs = {path: text.decode("utf-8") for path, text in printed.items()}
        frozen = map(MappingProxyType, (config, pages, snippets, outputs))
        config, pages, snippets, outputs = frozen
        return cls(root, config, nav, pages, snippets, outputs)

    @cached_property
    def sources(self):
        """The programs as bytes, by path."""
        return {path: snippet.source for path, snippet in self.snippets.items()}

    @cached_property
    def texts(self):
        """The pages as Markdown, by path."""
        return {path: page.text for path, page in self.pages.items()}

    def snippets_of(self, page):
        """Return the snippets of a Page."""
        return [s for s in self.snippets.values() if s.page == page.path]


def _files(folder, pattern):
    """Return the files below ``folder``: path to bytes, sorted."""
    paths = sorted(folder.rglob(pattern))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _entries(items, part):
    """Yield an Entry for each page of a navigation."""
    for item in items:
        item = item if isinstance(item, dict) else {"": item}
        ((title, target),) = item.items()
        if isinstance(target, list):
            yield from _entries(target, part or title)
        else:
            yield Entry(part, title, target)
