"""Cards: a Markdown extension that says, under each snippet, how to have it.

A block titled ``snippets/PART/CHAPTER/NAME.py`` gets a line with its downloads,
how long it ran, with which versions and when, and the line that installs what it
needs. The facts stand in ``snippets.json``, which ``outputs.py`` writes; without
that file there are no cards.
"""

import html
import json
import re
from pathlib import Path, PurePosixPath

from markdown import Extension
from markdown.postprocessors import Postprocessor

BLOCK = re.compile(
    r'<div class="[^"]*\bhighlight"><span class="filename">snippets/'
    r"(?P<name>[\w/-]+\.py)</span>.*?</pre></div>"
    r'(?:\s*<div class="[^"]*\bhighlight"><span class="filename">Output</span>'
    r".*?</pre></div>)?",
    re.DOTALL,
)


def card(name, facts, base="../.."):
    """Return the HTML of the card of one snippet; ``base`` leads to the site."""
    file = f"{base}/downloads/{name}"
    notebook = PurePosixPath(file).with_suffix(".ipynb")
    versions = ", ".join(f"{n} {v}" for n, v in facts["versions"].items())
    packages = " ".join(f"{n}=={v}" for n, v in facts["packages"].items())
    stem = PurePosixPath(name).stem
    links = [
        f'<a href="{file}" download>Download {stem}.py</a>',
        f'<a href="{notebook}" download aria-label="Notebook of {stem}">Notebook</a>',
        f'<a href="{file}" aria-label="Source of {stem}">Source</a>',
    ]
    facts_line = (
        f"{facts['seconds']:.1f} s on one core. Last verified on "
        f'<time datetime="{facts["date"]}">{facts["date"]}</time> with {versions}.'
    )
    install = f"<code>pip install {packages}</code>" if packages else "Python alone"
    return (
        '\n<div class="card" data-search-exclude>'
        f'<span class="links">{" ".join(links)}</span>'
        f"<details><summary>{facts['seconds']:.1f} s</summary>"
        f"<div>{facts_line} It needs {install}</div></details></div>"
    )


def add(text, facts):
    """Return the HTML ``text`` with a card under each snippet of ``facts``."""

    def under(match):
        name = html.unescape(match["name"])
        return match[0] + (card(name, facts[name]) if name in facts else "")

    return BLOCK.sub(under, text)


class _Add(Postprocessor):
    def __init__(self, md, path):
        super().__init__(md)
        self.path = path

    def run(self, text):
        """Come last: blocks are whole HTML then."""
        if "snippets/" not in text:
            return text
        try:
            facts = json.loads(Path(self.path).read_text(encoding="utf-8"))
        except OSError:
            return text
        return add(text, facts)


class CardsExtension(Extension):
    """Markdown extension ``book.cards``."""

    def __init__(self, **options):
        self.config = {
            "facts": [".cache/outputs/snippets.json", "what is known of each"]
        }
        super().__init__(**options)

    def extendMarkdown(self, md):
        """Register the step."""
        md.postprocessors.register(_Add(md, self.getConfig("facts")), "cards", -20)


def makeExtension(**options):
    """Tell Markdown what this module has."""
    return CardsExtension(**options)
