"""The indexes of snippets, equations and figures, as Markdown for their pages."""

import posixpath
import re
import tomllib
from html import escape
from pathlib import Path

from book import tree
from book.formulas import EQUATION, LABEL

CAPTION = re.compile(r"<figcaption markdown=\"span\">(.*?)</figcaption>", re.DOTALL)


def _chapters(root, pages):
    """Yield (path of the page, title, address, text) in the order of ``nav``."""
    config = (Path(root) / "mkdocs.yml").read_text(encoding="utf-8")
    for page in re.findall(r"([\w/-]+\.md)\b", config[config.index("\nnav:") :]):
        title = re.match(r"# (.+)", pages.get(page, ""))
        if title:
            address = f"../../{page.removesuffix('.md')}/"
            yield page, title[1], address, pages[page]


def _numbered(text):
    """Yield (number, label without "eq:") of each labelled equation of a page."""
    for number, match in enumerate(EQUATION.finditer(text), 1):
        label = LABEL.search(match[1])
        if label:
            yield number, label[1].removeprefix("eq:")


def snippets(root, pages, sources, seconds):
    """Return tables of the snippets, a row each, by chapter, in Markdown.

    ``seconds`` is what ``durations.read`` returns.
    """
    lines = []
    for page, title, _, _ in _chapters(root, pages):
        names = [n for n in sources if n.startswith(page.removesuffix(".md") + "/")]
        if not names:
            continue
        lines += [
            f"## [{title}](../{page})",
            "",
            '<div class="programs" markdown="1">',
            "",
            "| Question | Snippet | Seconds | Download |",
            "|---|---|--:|---|",
        ]
        for name in names:
            question = escape(tree.question(sources[name]), False).replace("|", r"\|")
            notebook = name.removesuffix(".py") + ".ipynb"
            lines.append(
                f"| {question} "
                f"| [`{name.rpartition('/')[2]}`](../{page}) "
                f"| {_short(seconds.get(name))} "
                f"| [.py](../downloads/{name}){{ download }} "
                f"[.ipynb](../downloads/{notebook}){{ download }} |"
            )
        lines += ["", "</div>", ""]
    # Programs that take under 1 s take next to nothing.
    total = max(sum(taken for taken in seconds.values() if taken > 1) / 60, 1)
    lines.append(
        f"{len(sources)} snippets; one after another, on one thread, they take about "
        f"{total:.0f} min."
    )
    return "\n".join(lines) + "\n"


def _short(seconds):
    """Return how long a program takes, for a narrow column."""
    return {None: "", 1: "< 1"}.get(seconds, str(seconds))


def names(root):
    """Return what equations are called: "PART/CHAPTER" to label to name."""
    path = Path(root) / "docs" / "reference" / "equations.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def equations(root, pages):
    """Return the names of the labelled equations, by chapter, in Markdown.

    Their formulas are not repeated: ``book.js`` shows them when a number is pointed
    at, and a page of them all would keep a phone waiting.
    """
    lines, named = [], names(root)
    for page, title, address, text in _chapters(root, pages):
        rows = []
        for number, label in _numbered(text):
            name = named.get(page.removesuffix(".md"), {}).get(label, label)
            link = f'<a class="eqref" href="{address}#eq:{label}">({number})</a>'
            rows.append(f"- {link} {name}")
        if rows:
            lines += [f"## [{title}](../{page})", "", *rows, ""]
    return "\n".join(lines) + "\n"


def figures(root, pages):
    """Return the captions of all figures, by chapter, in Markdown."""
    lines = []
    for page, title, address, text in _chapters(root, pages):
        rows = []
        for number, match in enumerate(CAPTION.finditer(text), 1):
            link = f'<a href="{address}#figure-{number}">Figure {number}</a>'
            rows.append(f"- {link}: {_moved(match[1], page, address, text)}")
        if rows:
            lines += [f"## [{title}](../{page})", "", *rows, ""]
    return "\n".join(lines) + "\n"


def _moved(caption, page, address, text):
    """Return a caption with its links as they lead from another folder."""
    numbers = {label: number for number, label in _numbered(text)}

    def link(match):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), match[1]))
        return f"](../{target}"

    def reference(match):
        label = match[1]
        return f'<a href="{address}#eq:{label}">({numbers[label]})</a>'

    caption = re.sub(r"\]\((?!\w+:)([\w./-]+\.md)", link, " ".join(caption.split()))
    return re.sub(r"\$\\eqref\{eq:([^}]*)\}\$", reference, caption)
