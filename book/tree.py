"""What must hold between pages and snippets before anything runs.

The naming law: the page ``docs/PART/CHAPTER.md`` embeds
``snippets/PART/CHAPTER/NAME.py``, which prints ``NAME.txt`` and draws
``NAME.svg``. Every function here takes the root of the book and returns
problems, each a sentence that names the file and what to do.
"""

import ast
import re
from functools import cache
from pathlib import Path, PurePosixPath

from pymdownx.snippets import SnippetPreprocessor

DIRECTIVE = SnippetPreprocessor.RE_ALL_SNIPPETS
SECTION = SnippetPreprocessor.RE_SNIPPET_SECTION
PLOT = re.compile(r'\s*<div class="plot" role="img" aria-label="[^"]+">')
OUTPUT = re.compile(r'\s*`{3,}\{ \.text \.no-copy title="Output" \}$')
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


def embeds(text):
    """Yield (line number, name, line above) for each ``--8<--`` of a page."""
    above = ""
    for number, line in enumerate(text.splitlines(), 1):
        match = DIRECTIVE.match(line)
        if match and not match["escape"] and match["snippet"]:
            yield number, match["snippet"][1:-1], above
        above = line


def problems(root):
    """Return everything that is wrong with the tree."""
    sources, texts = snippets(root), pages(root)
    stems = [PurePosixPath(name).stem for name in sources]
    own = frozenset([*stems, "book", "docs", "snippets", "tests"])
    embedded = {page: {name for _, name, _ in embeds(t)} for page, t in texts.items()}
    found = []
    for name, source in sources.items():
        found += snippet_problems(name, source, own)
        page = PurePosixPath(name).parent.as_posix() + ".md"
        if len(PurePosixPath(name).parts) != 3:
            found.append(f"snippets/{name}: move it to snippets/PART/CHAPTER/NAME.py")
        elif page not in texts:
            found.append(f"snippets/{name}: its page is missing: write docs/{page}")
        elif name not in embedded[page]:
            found.append(
                f"snippets/{name}: no page embeds it: "
                f'add --8<-- "{name}" to docs/{page}, or delete it'
            )
    for path in sorted((Path(root) / "snippets").rglob("*.txt")):
        if not path.with_suffix(".py").exists():
            name = path.relative_to(root).as_posix()
            found.append(f"{name}: nothing prints it: delete it")
    for page, text in texts.items():
        found += page_problems(page, text, sources)
    return found


def page_problems(page, text, sources):
    """Return what is wrong with the embeds of one page."""
    found = []
    chapter = page.removesuffix(".md")
    for number, name, above in embeds(text):
        where = f"docs/{page}:{number}"
        path = PurePosixPath(name)
        if name in GENERATED and name == page:
            continue
        if ":" in name:
            found.append(f"{where}: embeds a section, {name}: embed the whole file")
        elif path.suffix not in (".py", ".txt", ".svg"):
            found.append(f"{where}: embeds {name}, which is not a .py, .txt or .svg")
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
        elif path.suffix == ".svg" and not PLOT.match(above):
            found.append(
                f"{where}: the line above the figure must be "
                '<div class="plot" role="img" aria-label="...">, in words'
            )
        elif path.suffix == ".txt" and not OUTPUT.match(above):
            found.append(
                f"{where}: the line above an output must be "
                '```{ .text .no-copy title="Output" }'
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
    for number, line in enumerate(source.decode("utf-8").splitlines(), 1):
        if DIRECTIVE.match(line) or SECTION.match(line):
            found.append(
                f"{where}:{number}: the page would take this line for an embed: "
                "break the string in two"
            )
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
