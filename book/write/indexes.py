"""The indexes of snippets, equations and figures, as Markdown for their pages."""

import posixpath
import re
import tomllib
from html import escape


def _chapters(book):
    """Yield (Page, its address from a page of the reference), as ``nav`` has them."""
    for entry in book.nav:
        page = book.pages.get(entry.path)
        if page is not None and page.title:
            yield page, f"../../{page.chapter}/"


def snippets(book, seconds):
    """Return tables of the snippets, a row each, by chapter, in Markdown.

    ``seconds`` is what ``durations.read`` returns.
    """
    lines = []
    for page, _ in _chapters(book):
        if not book.snippets_of(page):
            continue
        lines += [
            f"## [{page.title}](../{page.path})",
            "",
            '<div class="programs" markdown="1">',
            "",
            "| Question | Snippet | Seconds | Download |",
            "|---|---|--:|---|",
        ]
        for snippet in book.snippets_of(page):
            question = escape(snippet.question, False).replace("|", r"\|")
            lines.append(
                f"| {question} "
                f"| [`{snippet.path.rpartition('/')[2]}`](../{page.path}) "
                f"| {_short(seconds.get(snippet.path))} "
                f"| [.py](../downloads/{snippet.name}.py){{ download }} "
                f"[.ipynb](../downloads/{snippet.name}.ipynb){{ download }} |"
            )
        lines += ["", "</div>", ""]
    # Programs that take under 1 s take next to nothing.
    total = max(sum(taken for taken in seconds.values() if taken > 1) / 60, 1)
    lines.append(
        f"{len(book.snippets)} snippets; one after another, on one thread, they take "
        f"about {total:.0f} min."
    )
    return "\n".join(lines) + "\n"


def _short(seconds):
    """Return how long a program takes, for a narrow column."""
    return {None: "", 1: "< 1"}.get(seconds, str(seconds))


def names(book):
    """Return what equations are called: "PART/CHAPTER" to label to name."""
    path = book.root / "docs" / "reference" / "equations.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def equations(book):
    """Return the names of the labelled equations, by chapter, in Markdown.

    Their formulas are not repeated: ``book.js`` shows them when a number is pointed
    at, and a page of them all would keep a phone waiting.
    """
    lines, named = [], names(book)
    for page, address in _chapters(book):
        rows = []
        for label, number in page.labels.items():
            name = named.get(page.chapter, {}).get(label, label)
            link = f'<a class="eqref" href="{address}#eq:{label}">({number})</a>'
            rows.append(f"- {link} {name}")
        if rows:
            lines += [f"## [{page.title}](../{page.path})", "", *rows, ""]
    return "\n".join(lines) + "\n"


def figures(book):
    """Return the captions of all figures, by chapter, in Markdown."""
    lines = []
    for page, address in _chapters(book):
        rows = []
        for number, caption in enumerate(page.captions, 1):
            link = f'<a href="{address}#figure-{number}">Figure {number}</a>'
            rows.append(f"- {link}: {_moved(caption, page, address)}")
        if rows:
            lines += [f"## [{page.title}](../{page.path})", "", *rows, ""]
    return "\n".join(lines) + "\n"


def _moved(caption, page, address):
    """Return a caption with its links as they lead from another folder."""
    folder = posixpath.dirname(page.path)

    def link(match):
        return f"](../{posixpath.normpath(posixpath.join(folder, match[1]))}"

    def reference(match):
        label = match[1]
        return f'<a href="{address}#eq:{label}">({page.labels[label]})</a>'

    caption = re.sub(r"\]\((?!\w+:)([\w./-]+\.md)", link, " ".join(caption.split()))
    return re.sub(r"\$\\eqref\{eq:([^}]*)\}\$", reference, caption)
