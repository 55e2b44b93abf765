"""Programs: a Markdown extension; ``::: PART/CHAPTER/NAME`` shows a snippet.

The line stands alone. It shows ``snippets/PART/CHAPTER/NAME.py``, what that prints,
and how to have it: the program folded under its output, or ``open`` above it. A
printed output of more than LONG lines is folded too, but for a line that ends in
``whole``. What is known of each program stands in ``snippets.json``, which
``outputs.py`` writes.
"""

import json
from functools import cache, cached_property
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from markdown import Extension
from markdown.blockprocessors import BlockProcessor
from pygments import highlight
from pygments.filter import Filter
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.token import Name, Operator, Punctuation, Text, Whitespace

from book.model import SHOW

LONG = 12  # lines: of a longer output a reader sees one line, and unfolds the rest
WIDE = 30  # columns: what is wider scrolls on a phone


class _Plain(Filter):
    """Takes names, signs and spaces for text: they have its colour.

    As elements of their own they would be more than half of a page, and a phone would
    need longer to lay it out.
    """

    alike = (Name, Name.Namespace, Operator, Punctuation, Whitespace)

    def filter(self, lexer, stream):
        """Yield the tokens of ``stream``."""
        for kind, text in stream:
            yield Text if kind in self.alike else kind, text


@cache
def colour(source):
    """Return the HTML of a program (str) inside its ``<code>``."""
    lexer = PythonLexer(stripnl=False)
    lexer.add_filter(_Plain())
    return highlight(source, lexer, HtmlFormatter(nowrap=True))


def block(title, text, html, kind):
    """Return a titled block of code.

    ``html`` is what shows ``text``; ``kind`` is the class of its language.
    """
    lines = text.split("\n")
    # Material takes this away again where the block need not scroll.
    reach = ' tabindex="0"' if max(map(len, lines)) > WIDE else ""
    title = title.replace("/", "/<wbr>").replace("_", "_<wbr>")
    return (
        f'<div data-search-exclude="yes" class="{kind} highlight">'
        f'<span class="filename">{title}</span>'
        # The style sheet reserves so many lines for a block that is not laid out yet.
        f'<pre style="--lines: {len(lines) - 1}"><span></span>'
        f"<code{reach}>{html}</code></pre></div>"
    )


def facts_line(stem, facts):
    """Return in HTML how long STEM.py ran, with what, and what installs or runs it."""
    versions = ", ".join(f"{n} {v}" for n, v in facts["versions"].items())
    pins = [f"{n}=={v}" for n, v in facts["packages"].items()]
    install = "Python alone"
    if pins:
        install = (
            f"<code>pip install {' '.join(pins)}</code>; or, without any set-up, "
            f"<code>uv run --with {','.join(pins)} {stem}.py</code>"
        )
    takes = f"It takes {facts['takes']} on one core. " if facts["takes"] else ""
    return (
        f'{takes}Last verified on <time datetime="{facts["date"]}">{facts["date"]}'
        f"</time> with {versions}. It needs {install}"
    )


def card(name, facts):
    """Return the HTML of the line under an open program: how to have it."""
    file = f"../../downloads/{name}"
    stem = name.rpartition("/")[2]
    links = [
        f'<a href="{file}.py" download>Download {stem}.py</a>',
        f'<a href="{file}.ipynb" download aria-label="Notebook of {stem}">Notebook</a>',
        f'<a href="{file}.py" aria-label="Source of {stem}">Source</a>',
    ]
    return (
        '<div class="card" data-search-exclude>'
        f'<span class="links">{" ".join(links)}</span>'
        f"<details><summary>{facts['takes'] or 'About it'}</summary>"
        f"<div>{facts_line(stem, facts)}</div></details></div>"
    )


def show_open(name, source, output, facts, *, whole):
    """Return the HTML of a program that stands open, above its output."""
    parts = [_program(name, source), _printed(output, whole), card(name, facts)]
    return "\n".join(filter(None, parts))


def show_folded(name, source, output, facts, *, whole):
    """Return the HTML of a program that is folded, in one line, under its output."""
    file = f"../../downloads/{name}"
    stem = name.rpartition("/")[2]
    # In a line of text apostrophes are curly; the docstring has those of the keyboard.
    question = escape(facts["question"], quote=False).replace("'", "\u2019")
    size = ", ".join(
        filter(None, [f"{stem}.py", f"{source.count(chr(10))} lines", facts["takes"]])
    )
    return (
        '<div class="program" data-search-exclude>'
        f"{_printed(output, whole)}"
        f"<details><summary>{question} "
        f"<span>{size}</span></summary>"
        f"{_program(name, source)}<p>{facts_line(stem, facts)}</p></details>"
        '<span class="links">'
        f'<button type="button" aria-label="Copy {stem}.py">Copy</button> '
        f'<a href="{file}.py" download aria-label="Download {stem}.py">.py</a> '
        f'<a href="{file}.ipynb" download aria-label="Download {stem}.ipynb">.ipynb</a>'
        "</span></div>"
    )


def _program(name, source):
    return block(f"snippets/{name}.py", source, colour(source), "language-python")


def _printed(output, whole):
    """Return the HTML of an output; folded if it is long and not wanted ``whole``."""
    if not output:
        return ""
    html = block("Output", output, escape(output, quote=False), "language-text no-copy")
    lines = output.count("\n")
    if lines <= LONG or whole:
        return html
    return (
        f'<details class="printed"><summary>Output: {lines} lines</summary>'
        f"{html}</details>"
    )


class _Show(BlockProcessor):
    """Puts a program in the place of its line."""

    def __init__(self, md, snippets, outputs):
        super().__init__(md.parser)
        self.snippets, self.outputs = Path(snippets), Path(outputs)

    def test(self, parent, block):
        """Tell whether ``block`` is such a line."""
        return bool(SHOW.fullmatch(block.strip("\n")))

    def run(self, parent, blocks):
        """Show the program. Raises OSError for one that is not there."""
        match = SHOW.fullmatch(blocks.pop(0).strip("\n"))
        name, options = match["name"], match["options"].split()
        source = (self.snippets / f"{name}.py").read_text(encoding="utf-8")
        printed = self.outputs / f"{name}.txt"
        output = printed.read_text(encoding="utf-8") if printed.exists() else ""
        show = show_open if "open" in options else show_folded
        facts = self.facts[f"{name}.py"]
        html = show(name, source, output, facts, whole="whole" in options)
        place = ElementTree.SubElement(parent, "p")
        place.text = self.parser.md.htmlStash.store(html)

    @cached_property
    def facts(self):
        """What is known of each program: path below ``snippets/`` to a dict."""
        return json.loads((self.outputs / "snippets.json").read_text(encoding="utf-8"))


class ProgramsExtension(Extension):
    """Markdown extension ``book.render.programs``."""

    def __init__(self, **options):
        self.config = {
            "snippets": ["snippets", "where the programs are"],
            "outputs": [".cache/outputs", "where is what they print"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md):
        """Register the step: before a list of definitions takes the colons."""
        show = _Show(md, self.getConfig("snippets"), self.getConfig("outputs"))
        md.parser.blockprocessors.register(show, "programs", 110)


def makeExtension(**options):
    """Tell Markdown what this module has."""
    return ProgramsExtension(**options)
