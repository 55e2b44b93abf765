"""Under ``mkdocs serve``: build again only the pages that a save has changed.

MkDocs builds all pages at each save. It can leave out a page that is older than what
was built of it (``--dirty``), but then looks at its Markdown alone. Here a page is
built again if any part of it has changed: its text, a program or figure that it shows,
the terms of the glossary, the navigation. What is not seen before the next whole build:
a link from another page to a heading that has gone, and new words in the search.
"""

import hashlib
import json
import logging
import socket
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from book.render import blocks

THEME = Path(__file__).with_name("theme")


def _mute(record):
    """Tell whether to log a message: MkDocs' warning of ``--dirty`` is mended here."""
    return not str(record.msg).startswith("A 'dirty' build is being performed")


logging.getLogger("mkdocs.commands.build").addFilter(_mute)


def bind(host, port):
    """Stop at once if MkDocs could not serve here: it tries after the whole build."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise Abort(
            f"cannot serve on {host}:{port}: {error.strerror.partition(' (')[0]}; "
            f"take another port: make serve PORT={port + 1}, "
            f"or mkdocs serve --dev-addr {host}:{port + 1}"
        ) from None


class Built:
    """For each served page, a hash of all that it was built from."""

    def __init__(self):
        self._built, self._now = {}, {}

    def compare(self, report, config, files):
        """Let MkDocs ask each page of ``files`` whether it has changed.

        ``report`` is what the build of the outputs returned.
        """
        book, root = report.book, report.book.root
        facts = json.loads(report.files["snippets.json"])
        pages = list(files.documentation_pages())
        common = repr(
            (
                sorted(file.src_uri for file in pages),
                config.site_name,
                config.nav,
                blocks.glossary(str(root / "docs" / "reference" / "glossary.md")),
                [path.read_bytes() for path in sorted(THEME.rglob("*.*"))],
            )
        )
        self._now = {}
        for file in pages:
            parts = [common.encode(), Path(file.abs_src_path).read_bytes()]
            if file.src_uri in book.pages:
                parts += _parts(book.pages[file.src_uri], report, facts)
            key = hashlib.sha256(b"\0".join(parts)).digest()
            self._now[file.src_uri] = key
            changed = key != self._built.get(file.src_uri)
            file.is_modified = lambda changed=changed: changed

    def keep(self):
        """Remember that all pages are now built of what was compared last."""
        self._built = self._now


def _parts(page, report, facts):
    """Yield what a Page shows besides its text, as bytes."""
    for shown in page.shown:
        yield report.book.sources[f"{shown.name}.py"]
        yield repr(facts[f"{shown.name}.py"]).encode()
        yield report.files.get(f"{shown.name}.txt", b"")
    for embedded in page.embedded:
        yield report.files.get(embedded.path, b"")


def build_again(first):
    """Build what has changed since the last build; ``first`` is its configuration."""
    host, port = first.dev_addr
    config = load_config(
        first.config_file_path,
        site_dir=first.site_dir,
        dev_addr=f"{host}:{port}",
        strict=first.strict,
    )
    config.site_url = first.site_url
    build(config, serve_url=first.site_url, dirty=True)


def leave_search(config):
    """Have the search neither read the pages nor write its index.

    It would know of the pages that are built again, and of no other.
    """
    search = config.plugins.get("search") or config.plugins.get("material/search")
    for name, methods in config.plugins.events.items():
        if name in ("page_context", "post_build"):
            methods[:] = [m for m in methods if getattr(m, "__self__", None) != search]
