"""What must hold between pages and snippets before anything runs.

The naming law: the page ``docs/PART/CHAPTER.md`` shows
``snippets/PART/CHAPTER/NAME.py``, which prints ``NAME.txt`` and draws
``NAME.svg``. Every function here returns problems, each a sentence that names
the file and what to do.
"""

import re
from difflib import get_close_matches
from pathlib import PurePosixPath

from book.model import GENERATED

PLOT = re.compile(r'\s*<div class="plot" role="img" aria-label="[^"]+">')


def problems(book):
    """Return everything that is wrong with the tree of a Book."""
    stems = [PurePosixPath(path).stem for path in book.snippets]
    own = frozenset([*stems, "book", "docs", "snippets", "tests"])
    found = []
    for snippet in book.snippets.values():
        found += _snippet(snippet, own)
        page = book.pages.get(snippet.page)
        if len(PurePosixPath(snippet.path).parts) != 3:
            found.append(
                f"snippets/{snippet.path}: move it to snippets/PART/CHAPTER/NAME.py"
            )
        elif page is None:
            found.append(
                f"snippets/{snippet.path}: its page is missing: "
                f"write docs/{snippet.page}"
            )
        elif snippet.name not in {shown.name for shown in page.shown}:
            found.append(
                f"snippets/{snippet.path}: no page shows it: "
                f"add ::: {snippet.name} to docs/{snippet.page}, or delete it"
            )
    for path in book.outputs:
        if path.removesuffix(".txt") + ".py" not in book.snippets:
            found.append(f"snippets/{path}: nothing prints it: delete it")
    for page in book.pages.values():
        found += [*_programs(page, book), *_embedded(page, book)]
    return found


def _programs(page, book):
    """Yield what is wrong with the programs that a page shows."""
    for shown in page.shown:
        where = f"docs/{page.path}:{shown.number}"
        if not shown.name:
            yield (
                f"{where}: {shown.line}: write ::: PART/CHAPTER/NAME, after it at most "
                '"open" and "whole", between two empty lines'
            )
        elif f"{shown.name}.py" not in book.snippets:
            names = [snippet.name for snippet in book.snippets.values()]
            nearest = get_close_matches(shown.name, names, 1, 0)
            yield (
                f"{where}: shows {shown.name}, but there is no "
                f"snippets/{shown.name}.py"
                + "".join(f": the nearest is {name}" for name in nearest)
            )
        elif PurePosixPath(shown.name).parent.as_posix() != page.chapter:
            yield (
                f"{where}: shows {shown.name}: a page shows what is below "
                f"snippets/{page.chapter}/"
            )


def _embedded(page, book):
    """Yield what is wrong with the figures and indexes that a page embeds."""
    for embedded in page.embedded:
        where = f"docs/{page.path}:{embedded.number}"
        path = PurePosixPath(embedded.path)
        if embedded.path in GENERATED and embedded.path == page.path:
            continue
        if path.suffix != ".svg":
            yield (
                f"{where}: embeds {path}, which is no .svg: a program and what it "
                "prints are shown by ::: PART/CHAPTER/NAME"
            )
        elif path.with_suffix(".py").as_posix() not in book.snippets:
            yield (
                f"{where}: embeds {path}, but there is no "
                f"snippets/{path.with_suffix('.py')}"
            )
        # The front page, and what stands beside it, may show the figure of a chapter.
        elif path.parent.as_posix() != page.chapter and "/" in page.path:
            yield (
                f"{where}: embeds {path}: a page embeds what is below "
                f"snippets/{page.chapter}/"
            )
        elif not PLOT.match(embedded.above):
            yield (
                f"{where}: the line above the figure must be "
                '<div class="plot" role="img" aria-label="...">, in words'
            )


def _snippet(snippet, own):
    """Return what is wrong with a snippet; ``own`` are the modules of the book."""
    where = f"snippets/{snippet.path}"
    try:
        question, guards, imports = snippet.question, snippet.guards, snippet.imports
    except (SyntaxError, ValueError) as error:
        return [f"{where}: it is not Python: {error}"]
    found = []
    if "\n" in question or not question.endswith("?"):
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


def undrawn(book, results):
    """Return where a page leaves out a figure, or has one that nothing draws.

    ``results`` maps paths of snippets to what their runs left.
    """
    shown = {
        embedded.path for page in book.pages.values() for embedded in page.embedded
    }
    found = []
    for path, result in results.items():
        svg = str(PurePosixPath(path).with_suffix(".svg"))
        page = f"docs/{book.snippets[path].page}"
        if result.svg and svg not in shown:
            found.append(f'{page}: snippets/{path} draws: embed --8<-- "{svg}"')
        if svg in shown and not result.svg:
            found.append(f"{page}: embeds {svg}, but snippets/{path} draws nothing")
    return found
