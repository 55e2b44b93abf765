"""Does the book print the same with the newest torch? ``make versions`` tells.

It makes an environment in ``.cache/versions`` with the pins of the book, but for
torch, of which it takes the newest that the index offers; there it runs every snippet
and compares what is printed with its ``.txt``. What differs is no fault of the book,
so it is said, and only what cannot be tried fails.
"""

import re
import subprocess
import sys
from importlib.metadata import version

from book import ROOT
from book.model import Book
from book.run import pool
from book.run.cache import Store
from book.setup import bootstrap
from book.write import outputs

FOLDER = ROOT / ".cache" / "versions"


def unpinned(text):
    """Return the text of requirements.txt with any torch."""
    return re.sub(r"^torch==.*", "torch", text, flags=re.MULTILINE)


def install():
    """Make the environment, or renew its torch; return its Python."""
    python = FOLDER / "venv/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", FOLDER / "venv"], check=True)
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    (FOLDER / "requirements.txt").write_text(unpinned(pins), encoding="utf-8")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--upgrade", "--requirement", FOLDER / "requirements.txt"]
    code, log = bootstrap.run([str(part) for part in pip])
    if code:
        sys.exit(f"cannot install the newest torch: {bootstrap.explain(log)}")
    return python


def compare(root, store):
    """Run every snippet of ``root`` here; return a line for each that differs."""
    book = Book.read(root)
    results = pool.run(book.sources, store, limit=10 * pool.TIME_LIMIT)
    found = []
    for name, result in results.items():
        if result.error:
            found.append(result.error)
        elif outputs.differences(book, {name: result}):
            found.append(f"{name}: prints other than its .txt")
    return found


def main(arguments):
    """Compare, in the environment of the newest torch; return the exit code."""
    if arguments != ["here"]:
        command = [install(), "-m", "tests.versions", "here"]
        return subprocess.run(command, cwd=ROOT).returncode
    found = compare(ROOT, Store(FOLDER / "runs"))
    print("\n\n".join(found))
    count = len(Book.read(ROOT).sources)
    print(f"torch {version('torch')}: {count - len(found)} of {count} print the same")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
