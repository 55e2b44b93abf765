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

from book import bibliography, durations, indexes, runner, tree


@dataclass
class Report:
    """What a build of the outputs found."""

    errors: list = field(default_factory=list)  # the book cannot be shown
    differences: list = field(default_factory=list)  # other than the .txt
    results: dict = field(default_factory=dict)  # name to runner.Result


def store(root):
    """Return the cache of runs of the book at ``root``."""
    return runner.Store(Path(root) / ".cache" / "runs")


def build(root, *, progress=None, limit=runner.TIME_LIMIT):
    """Run what is stale, compare it, and write the outputs; return a Report.

    Nothing is written if there is an error.
    """
    root = Path(root)
    report = Report(errors=tree.problems(root))
    if report.errors:
        return report
    sources = tree.snippets(root)
    cache = store(root)
    report.results = runner.run(sources, cache, limit=limit, progress=progress)
    report.errors = [
        f"snippets/{result.error}" for result in report.results.values() if result.error
    ]
    if report.errors:
        return report
    figures = {
        name for text in tree.pages(root).values() for _, name, _ in tree.embeds(text)
    }
    for name, result in report.results.items():
        report.errors += _not_drawn(name, result, figures)
        report.differences += difference(root, name, result.stdout)
    if report.errors:
        return report
    cache.prune(
        {runner.key(s, v) for s in sources.values() for v in runner.variants(s)}
    )
    _write(root, _files(root, sources, report.results))
    return report


def difference(root, name, stdout):
    """Compare what a snippet prints with its .txt; return [] or [a diff]."""
    path = Path(root) / "snippets" / PurePosixPath(name).with_suffix(".txt")
    committed = path.read_text(encoding="utf-8") if path.exists() else ""
    if stdout == committed and (stdout or not path.exists()):
        return []
    label = path.relative_to(root).as_posix()
    lines = difflib.unified_diff(
        *(text.splitlines(keepends=True) for text in (committed, stdout)),
        label,
        "printed now",
    )
    diff = "".join(
        line if line.endswith("\n") else line + "\n(no newline at the end)\n"
        for line in lines
    )
    if not path.exists():
        said = "is missing"
    elif not stdout:
        said = f"is there, but snippets/{name} prints nothing: delete it"
    else:
        said = f"is not what snippets/{name} prints"
    accept = "If the new output is right: make outputs ACCEPT=1"
    return [f"{label} {said}\n{diff}{accept}"]


def accept(root, results):
    """Write each .txt as it is printed now, and how long programs take.

    Returns the paths that changed.
    """
    changed = []
    known = durations.read(root)
    # Of a program that failed nothing new is known.
    measured = {
        n: known.get(n, 1) if r.error else r.seconds for n, r in results.items()
    }
    now = durations.renewed(known, measured)
    if now != known:
        path = Path(root) / durations.FILE
        runner.write(path, durations.text(now).encode())
        changed.append(path)
    for name, result in results.items():
        if not result.error and difference(root, name, result.stdout):
            path = Path(root) / "snippets" / PurePosixPath(name).with_suffix(".txt")
            if result.stdout:
                runner.write(path, result.stdout.encode())
            else:
                path.unlink()
            changed.append(path)
    return changed


def _not_drawn(name, result, figures):
    """Return the errors of a page that leaves out a figure, or has one too many."""
    page = f"docs/{PurePosixPath(name).parent}.md"
    svg = str(PurePosixPath(name).with_suffix(".svg"))
    if result.svg and svg not in figures:
        return [f'{page}: snippets/{name} draws: embed --8<-- "{svg}"']
    if svg in figures and not result.svg:
        return [f"{page}: embeds {svg}, but snippets/{name} draws nothing"]
    return []


def _files(root, sources, results):
    """Return all output files: path below ``.cache/outputs`` to bytes."""
    files = {}
    for name, result in results.items():
        path = PurePosixPath(name)
        if result.stdout:
            files[str(path.with_suffix(".txt"))] = result.stdout.encode()
        if result.svg:
            files[str(path.with_suffix(".svg"))] = result.svg.encode()
        if result.data:
            files[f"downloads/{path.with_suffix('.json')}"] = result.data.encode()
        files[f"downloads/{name}"] = sources[name]
        files[f"downloads/{path.with_suffix('.ipynb')}"] = notebook(sources[name])
    seconds = durations.read(root)
    files["snippets.json"] = json.dumps(_facts(sources, results, seconds)).encode()
    pages = tree.pages(root)
    index = indexes.snippets(root, pages, sources, seconds)
    files["reference/snippets.md"] = index.encode()
    files["reference/equations.md"] = indexes.equations(root, pages).encode()
    files["reference/figures.md"] = indexes.figures(root, pages).encode()
    bib = root / "docs" / "reference" / "bibliography.bib"
    if bib.exists():
        files["reference/bibliography.md"] = bibliography.markdown(bib).encode()
    return files


def _write(root, files):
    """Make ``.cache/outputs`` hold ``files`` and nothing else."""
    folder = root / ".cache" / "outputs"
    for name, data in files.items():
        runner.write(folder / name, data)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()


@cache
def notebook(source):
    """Return a snippet (bytes) as a Jupyter notebook of two cells (bytes)."""
    cells = [
        {
            "cell_type": "markdown",
            "id": "question",
            "metadata": {},
            "source": tree.question(source),
        },
        {
            "cell_type": "code",
            "id": "snippet",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": source.decode().rstrip("\n"),
        },
    ]
    kernel = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    book = {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(book, indent=1, ensure_ascii=False).encode() + b"\n"


# What a snippet imports, by another name than what it installs.
DISTRIBUTIONS = {"sklearn": "scikit-learn"}


@cache
def _installed(name):
    """Return the version of a package; a local build, "2.13.0+cpu", is on no index."""
    return version(name).split("+")[0]


def _facts(sources, results, seconds):
    """Return what a reader wants to know of each snippet, to show under it."""
    facts = {}
    # When the commit was made, for whoever wants two builds of it to be the same.
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    epoch = datetime.fromtimestamp(int(epoch), UTC).date() if epoch else None
    for name, source in sources.items():
        modules = sorted({m.split(".")[0] for _, m in tree.imports(source)})
        modules = [m for m in modules if m not in sys.stdlib_module_names]
        names = [DISTRIBUTIONS.get(module, module) for module in modules]
        packages = {n: _installed(n) for n in names}
        facts[name] = {
            "question": tree.question(source),
            "takes": durations.words(seconds[name]) if name in seconds else "",
            "date": epoch.isoformat() if epoch else results[name].date,
            "packages": packages,
            "versions": {"Python": platform.python_version(), **packages},
        }
    return facts
