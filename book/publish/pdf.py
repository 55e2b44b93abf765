"""The whole book as one PDF: the document of the built site, printed.

Chromium prints it twice: where the chapters begin is known only after the first time,
and the table of contents says it. What it prints is then compressed (:func:`compact`).
"""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from book.model import Book
from book.publish.document import (
    ADDRESS,
    DOCUMENT,
    UNKNOWN,
    LinkError,
    joined,
    numbered,
)
from book.setup import chromium


def begin(data, names):
    """Return the numbers of the pages of a PDF (bytes) where ``names`` stand."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    found = reader.named_destinations
    return {
        name: str(reader.get_destination_page_number(found[f"/{name}"]) + 1)
        for name in names
    }


def printed(site, html, browser):
    """Return the PDF (bytes) of the document ``html``, which stands in ``site``."""

    def answer(route):
        path = site / unquote(urlsplit(route.request.url).path).lstrip("/")
        if not route.request.url.startswith(ADDRESS):
            route.abort()
        elif path.name == DOCUMENT:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(path=path)

    tab = browser.new_page(color_scheme="light", java_script_enabled=False)
    tab.set_default_timeout(0)  # it is a long document
    tab.route("**/*", answer)
    tab.goto(ADDRESS + DOCUMENT)
    try:
        return tab.pdf(
            outline=True,
            tagged=True,
            prefer_css_page_size=True,
            print_background=True,
        )
    finally:
        tab.close()


def make(site, book, today=None):
    """Return the PDF (bytes) of the book that is built in ``site``."""
    site = Path(site).absolute()
    html = joined(site, book, today)
    names = set(UNKNOWN.findall(html))
    with chromium.launched() as browser:
        numbers = {}
        # To put in the number of a page may break a line elsewhere, and move other
        # pages: print again until the numbers are those of the print before.
        for _ in range(3):
            data = printed(site, numbered(html, numbers), browser)
            before, numbers = numbers, begin(data, names)
            if numbers == before:
                return compact(data)
    raise RuntimeError("the page numbers still change after three prints")


def compact(data):
    """Return a PDF (bytes) with its small objects compressed.

    Chromium writes each element of the tags, by which programs read a page aloud, as
    text of its own: two thirds of the file. PDF 1.5 has streams of objects for that.
    """
    import pikepdf

    small = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as whole:
        together = pikepdf.ObjectStreamMode.generate
        whole.save(small, object_stream_mode=together, recompress_flate=True)
    return small.getvalue()


def build(root):
    """Build the site strictly, and write ``book.pdf``; return a process's exit code."""
    root = Path(root)
    site = root / ".cache" / "pdf"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", site]
    code = subprocess.run(command, cwd=root, check=False).returncode
    if code:
        return code
    try:
        data = make(site, Book.read(root))
    except (LinkError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(site)
    temporary = root / ".cache" / "book.pdf"
    temporary.write_bytes(data)
    os.replace(temporary, root / "book.pdf")
    print(f"book.pdf: {len(data) / 1e6:.1f} MB")
    return 0
