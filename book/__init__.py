"""The machinery of the book: it runs snippets and hands plain files to MkDocs."""

from pathlib import Path

from book.setup.bootstrap import unfit

ROOT = Path(__file__).parent.parent

if unfit():
    raise SystemExit(unfit())
