"""What must hold between pages and snippets before anything runs.

The naming law: the page ``docs/PART/CHAPTER.md`` shows
``snippets/PART/CHAPTER/NAME.py``, which prints ``NAME.txt`` and draws
``NAME.svg``. Every function here takes the root of the book and returns
problems, each a sentence that names the file and what to do.
"""

import ast
import re
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from pymdownx.snippets import SnippetPreprocessor

DIRECTIVE = SnippetPreprocessor.RE_ALL_SNIPPETS
# The line that shows a program; ``programs.py`` says how.
SHOW = re.compile(r" {0,3}::: (?P<name>[\w/-]+)(?P<options>(?: open| whole)*) *")
PLOT = re.compile(r'\s*<div class="plot" role="img" aria-label="[^"]+">')
GENERATED = tuple(
    f"reference/{name}.md"
    for name in ("bibliography", "equations", "figures", "snippets")
)


def snippets(root):
    """Return the snippets of the book: path below ``snippets/`` to bytes."""
    folder = Path(root) / "snippets"
    paths = sorted(folder.rglob("*.py"))
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def pages(root):
    """Return the Markdown pages: path below ``docs/`` to text."""
    folder = Path(root) / "docs"
    paths = sorted(folder.rglob("*.md"))
    return {
        p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in paths
    }


def _statements(node):
    """Yield all statements below ``node``, without going through expressions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case)):
            yield child
            yield from _statements(child)


@cache  # a build asks twice, and `serve` at every save
def _parsed(source):
    """Return the docstring of a snippet, the lines of its main guards, its imports."""
    tree = ast.parse(source)
    guards, imports = [], []
    for node in _statements(tree):
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            guards.append(node.lineno)
        elif isinstance(node, ast.Import):
            imports += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports.append((node.lineno, "." if node.level else node.module))
    return (ast.get_docstring(tree) or "").strip(), guards, imports


def question(source):
    """Return the one docstring line of a snippet (bytes)."""
    return _parsed(source)[0]


def imports(source):
    """Return (line, module) of each import of a snippet (bytes)."""
    return _parsed(source)[2]


@lru_cache(512)  # a build asks several times, and `serve` at every save
def embeds(text):
    """Return (line number, name, line above) for each ``--8<--`` of a page."""
    found, above = [], ""
    for number, line in enumerate(text.splitlines(), 1):
        match = DIRECTIVE.match(line)
        if match and not match["escape"] and match["snippet"]:
            found.append((number, match["snippet"][1:-1], above))
        above = line
    return found


@lru_cache(512)
def shows(text):
    """Return (line number, line, match of SHOW or None) for each program of a page.

    There is no match if the line is not as it has to be, or does not stand alone.
    """
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
            found.append((number, bare, SHOW.fullmatch(bare) if alone else None))
    return found


def problems(root):
    """Return everything that is wrong with the tree."""
    sources, texts = snippets(root), pages(root)
    stems = [PurePosixPath(name).stem for name in sources]
    own = frozenset([*stems, "book", "docs", "snippets", "tests"])
    shown = {
        page: {match["name"] for _, _, match in shows(text) if match}
        for page, text in texts.items()
    }
    found = []
    for name, source in sources.items():
        found += snippet_problems(name, source, own)
        page = PurePosixPath(name).parent.as_posix() + ".md"
        if len(PurePosixPath(name).parts) != 3:
            found.append(f"snippets/{name}: move it to snippets/PART/CHAPTER/NAME.py")
        elif page not in texts:
            found.append(f"snippets/{name}: its page is missing: write docs/{page}")
        elif name.removesuffix(".py") not in shown[page]:
            found.append(
                f"snippets/{name}: no page shows it: "
                f"add ::: {name.removesuffix('.py')} to docs/{page}, or delete it"
            )
    for path in sorted((Path(root) / "snippets").rglob("*.txt")):
        if not path.with_suffix(".py").exists():
            name = path.relative_to(root).as_posix()
            found.append(f"{name}: nothing prints it: delete it")
    for page, text in texts.items():
        found += page_problems(page, text, sources)
    return found


def page_problems(page, text, sources):
    """Return what is wrong with the programs and figures of one page."""
    found = []
    chapter = page.removesuffix(".md")
    for number, line, match in shows(text):
        where = f"docs/{page}:{number}"
        if match is None:
            found.append(
                f"{where}: {line}: write ::: PART/CHAPTER/NAME, after it at most "
                '"open" and "whole", between two empty lines'
            )
        elif f"{match['name']}.py" not in sources:
            names = [name.removesuffix(".py") for name in sources]
            near = get_close_matches(match["name"], names, 1, 0)
            found.append(
                f"{where}: shows {match['name']}, but there is no "
                f"snippets/{match['name']}.py"
                + "".join(f": the nearest is {name}" for name in near)
            )
        elif PurePosixPath(match["name"]).parent.as_posix() != chapter:
            found.append(
                f"{where}: shows {match['name']}: a page shows what is below "
                f"snippets/{chapter}/"
            )
    for number, name, above in embeds(text):
        where = f"docs/{page}:{number}"
        path = PurePosixPath(name)
        if name in GENERATED and name == page:
            continue
        if path.suffix != ".svg":
            found.append(
                f"{where}: embeds {name}, which is no .svg: a program and what it "
                "prints are shown by ::: PART/CHAPTER/NAME"
            )
        elif path.with_suffix(".py").as_posix() not in sources:
            found.append(
                f"{where}: embeds {name}, but there is no "
                f"snippets/{path.with_suffix('.py')}"
            )
        elif path.parent.as_posix() != chapter and not _front(page, path):
            found.append(
                f"{where}: embeds {name}: a page embeds what is below "
                f"snippets/{chapter}/"
            )
        elif not PLOT.match(above):
            found.append(
                f"{where}: the line above the figure must be "
                '<div class="plot" role="img" aria-label="...">, in words'
            )
    return found


def _front(page, path):
    """Tell whether the front page shows the figure of a chapter: it may."""
    return page == "index.md" and path.suffix == ".svg"


def snippet_problems(name, source, own):
    """Return what is wrong with a snippet; ``own`` are the modules of the book."""
    where = f"snippets/{name}"
    try:
        doc, guards, imports = _parsed(source)
    except (SyntaxError, ValueError) as error:
        return [f"{where}: it is not Python: {error}"]
    found = []
    if "\n" in doc or not doc.endswith("?"):
        found.append(f"{where}: begin with a docstring of one line, a question")
    for line in guards:
        found.append(
            f"{where}:{line}: a main guard: take it away, the snippet is the program"
        )
    for line, module in imports:
        if module == "." or module.split(".")[0] in own:
            found.append(
                f"{where}:{line}: imports {module} from the book: a snippet is whole; "
                "write here what it needs"
            )
    return found
