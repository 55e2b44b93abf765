"""Make the plain files that pages embed: outputs, figures, tables, downloads.

They go to ``.cache/outputs``, where any generator that reads mkdocs.yml finds
them; nothing here knows about MkDocs.
"""

import difflib
import json
import os
import platform
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import nbformat.v4

from book import law
from book.model import Book
from book.run import pool
from book.run.cache import Store, key, write
from book.run.variants import variants_of
from book.write import bibliography, durations, indexes

# Below ``.cache/outputs``: what is no part of a page stands in ``site``, as it is to
# stand in the site.
LINKED = "site/downloads"
SHEETS = ("book.css", "design.css", "explore.css", "print.css")  # later ones prevail


@dataclass
class Report:
    """What a build of the outputs found."""

    book: Book
    errors: list = field(default_factory=list)  # the book cannot be shown
    differences: list = field(default_factory=list)  # other than the .txt
    files: dict = field(default_factory=dict)  # below .cache/outputs, to bytes
    results: dict = field(default_factory=dict)  # path of a snippet to Result


def store(root):
    """Return the cache of runs of the book at ``root``."""
    return Store(Path(root) / ".cache" / "runs")


def build(root, *, progress=None, limit=pool.TIME_LIMIT):
    """Read the book, run what is stale, compare, write the outputs; return a Report.

    Nothing is written if there is an error.
    """
    book = Book.read(root)
    report = Report(book, law.problems(book))
    if report.errors:
        return report
    runs = store(root)
    report.results = pool.run(book.sources, runs, limit=limit, progress=progress)
    failed = [result.error for result in report.results.values() if result.error]
    report.errors = [f"snippets/{error}" for error in failed]
    if report.errors:
        return report
    report.errors = law.undrawn(book, report.results)
    report.differences = differences(book, report.results)
    if report.errors:
        return report
    ways = {
        key(source, way)
        for source in book.sources.values()
        for way in variants_of(source)
    }
    runs.prune(ways)
    report.files = _files(book, report.results)
    _write(book.root, report.files)
    return report


def differences(book, results):
    """Return a diff for each .txt of a Book that is not what its snippet prints."""
    found = []
    for path, result in results.items():
        found += _difference(book, path, result.stdout)
    return found


def _difference(book, name, stdout):
    """Compare what a snippet prints with its .txt; return [] or [a diff]."""
    path = PurePosixPath(name).with_suffix(".txt").as_posix()
    committed = book.outputs.get(path, "")
    if stdout == committed and (stdout or path not in book.outputs):
        return []
    label = f"snippets/{path}"
    lines = difflib.unified_diff(
        *(text.splitlines(keepends=True) for text in (committed, stdout)),
        label,
        "printed now",
    )
    diff = "".join(
        line if line.endswith("\n") else line + "\n(no newline at the end)\n"
        for line in lines
    )
    if path not in book.outputs:
        said = "is missing"
    elif not stdout:
        said = f"is there, but snippets/{name} prints nothing: delete it"
    else:
        said = f"is not what snippets/{name} prints"
    accept = "If the new output is right: make outputs ACCEPT=1"
    return [f"{label} {said}\n{diff}{accept}"]


def accept(book, results):
    """Write each .txt of a Book as it is printed now, and how long programs take.

    Returns the paths that changed.
    """
    changed = []
    # Of a program that failed nothing new is known.
    new = {
        name: result
        for name, result in results.items()
        if not result.error and _difference(book, name, result.stdout)
    }
    known = durations.read(book.root)
    measured = {
        n: known.get(n, 1) if r.error else r.seconds for n, r in results.items()
    }
    now = durations.renewed(known, measured, new.keys())
    if now != known:
        path = book.root / durations.FILE
        write(path, durations.text(now).encode())
        changed.append(path)
    for name, result in new.items():
        path = book.root / "snippets" / PurePosixPath(name).with_suffix(".txt")
        if result.stdout:
            write(path, result.stdout.encode())
        else:
            path.unlink()
        changed.append(path)
    return changed


def _files(book, results):
    """Return all output files: path below ``.cache/outputs`` to bytes."""
    files = {}
    for name, result in results.items():
        path = PurePosixPath(name)
        if result.stdout:
            files[str(path.with_suffix(".txt"))] = result.stdout.encode()
        if result.svg:
            files[str(path.with_suffix(".svg"))] = result.svg.encode()
        if result.data:
            files[f"{LINKED}/{path.with_suffix('.json')}"] = result.data.encode()
        files[f"{LINKED}/{name}"] = book.sources[name]
        files[f"{LINKED}/{path.with_suffix('.ipynb')}"] = notebook(book.snippets[name])
    seconds = durations.read(book.root)
    files["snippets.json"] = json.dumps(_facts(book, results, seconds)).encode()
    files["reference/snippets.md"] = indexes.snippets(book, seconds).encode()
    files["reference/equations.md"] = indexes.equations(book).encode()
    files["reference/figures.md"] = indexes.figures(book).encode()
    files["site/assets/site.css"] = _sheet(book.root / "docs" / "assets")
    bib = book.root / "docs" / "reference" / "bibliography.bib"
    if bib.exists():
        files["reference/bibliography.md"] = bibliography.markdown(bib).encode()
    return files


def _sheet(folder):
    """Return the style sheets of the book as one (bytes).

    Each that a page names costs a phone a round trip before it paints anything.
    """
    sheets = [folder / name for name in SHEETS]
    return b"\n".join(sheet.read_bytes() for sheet in sheets)


def _write(root, files):
    """Make ``.cache/outputs`` hold ``files`` and nothing else."""
    folder = root / ".cache" / "outputs"
    for name, data in files.items():
        write(folder / name, data)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()


@cache
def notebook(snippet):
    """Return a Snippet as a Jupyter notebook of two cells (bytes)."""
    question = nbformat.v4.new_markdown_cell(snippet.question, id="question")
    program = snippet.source.decode().rstrip("\n")
    cells = [question, nbformat.v4.new_code_cell(program, id="snippet")]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return nbformat.v4.writes(book).encode() + b"\n"


# What a snippet imports, by another name than what it installs.
DISTRIBUTIONS = {"sklearn": "scikit-learn"}


@cache
def _installed(name):
    """Return the version of a package; a local build, "2.13.0+cpu", is on no index."""
    return version(name).split("+")[0]


def _facts(book, results, seconds):
    """Return what a reader wants to know of each snippet, to show under it."""
    facts = {}
    # When the commit was made, for whoever wants two builds of it to be the same.
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    epoch = datetime.fromtimestamp(int(epoch), UTC).date() if epoch else None
    for name, snippet in book.snippets.items():
        modules = sorted({m.split(".")[0] for _, m in snippet.imports})
        modules = [m for m in modules if m not in sys.stdlib_module_names]
        names = [DISTRIBUTIONS.get(module, module) for module in modules]
        packages = {n: _installed(n) for n in names}
        facts[name] = {
            "question": snippet.question,
            "takes": durations.words(seconds[name]) if name in seconds else "",
            "date": epoch.isoformat() if epoch else results[name].date,
            "packages": packages,
            "versions": {"Python": platform.python_version(), **packages},
        }
    return facts
