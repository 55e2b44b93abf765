"""The machinery of the book: it runs snippets and hands plain files to MkDocs."""

from book.bootstrap import unfit

if unfit():
    raise SystemExit(unfit())
