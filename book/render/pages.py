"""Pages: a Markdown extension for what readers need besides the text.

The search leaves out what nobody searches for, wide tables and programs scroll on a
phone, long names break. All functions take and return HTML.
"""

import re
from html import escape, unescape

from markdown import Extension
from markdown.postprocessors import Postprocessor

# Programs, outputs, figures and set-off formulas: nobody searches for their letters and
# digits. Material's search leaves out an element with ``data-search-exclude`` and takes
# the attribute away; its parser fails at an attribute without a value, so it has one.
NOT_SEARCHED = re.compile(
    r'<div(?= class="(?:[^"]* )?(?:highlight|plot|arithmatex)[ "])'
)
FILE_NAME = re.compile(
    r'(<code>|<span class="filename">)([\w./-]+\.(?:py|txt|ipynb|md))(?=</)'
)
PROGRAM = re.compile(r"(<pre[^>]*>(?:<span></span>)?<code)>(.*?)</code>", re.DOTALL)
WIDE = 30  # columns: what is wider scrolls on a phone, in an answer that is indented
PARAGRAPH = re.compile(
    r'<p(?! class="admonition-title")(?: [^>]*)?>(.*?)</p>', re.DOTALL
)
DOWNLOAD_LINK = re.compile(r"<a [^>]*\bdownload\b")
QUESTION = re.compile(
    r'<div class="admonition question">\s*<p class="admonition-title">.*?</p>\s*'
    r"<p(?: [^>]*)?>(.*?)</p>",
    re.DOTALL,
)
# What a description leaves out: formulas, and all tags.
NOT_SAID = re.compile(r"<math\b.*?</math>|<[^>]*>", re.DOTALL)
LONGEST = 300  # characters of a description: what search engines show at most


def exclude_from_search(html):
    """Mark what the search leaves out."""
    return NOT_SEARCHED.sub('<div data-search-exclude="yes"', html)


def wrap_tables(html):
    """Wrap each table as Material does in the browser, where it would move the text.

    Material wraps it once more; ``book.css`` takes the box from that.
    """
    before = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
    return re.sub(
        r"<table>.*?</table>", rf"{before}\g<0></div></div>", html, flags=re.S
    )


def let_names_break(html):
    """Let the names of files break after "/" and "_", which browsers do not."""
    return FILE_NAME.sub(
        lambda m: m[1] + re.sub(r"[/_](?=.)", r"\g<0><wbr>", m[2]), html
    )


def let_keyboard_reach(html):
    """Give a program that a phone has to scroll a tab stop, for the keyboard.

    Material takes the tab stop away again, once the program comes near the window, if
    there is room for it.
    """

    def reach(match):
        lines = unescape(re.sub(r"<[^>]*>", "", match[2])).split("\n")
        wide = max(map(len, lines)) > WIDE
        return (
            match[0].replace("<code>", '<code tabindex="0">', 1) if wide else match[0]
        )

    return PROGRAM.sub(reach, html)


def description(html):
    """Return the question that a page answers, or else how it begins.

    It is fit for an attribute. Returns "" for a page without a paragraph.
    """
    first = QUESTION.search(html)
    if first is None:
        paragraphs = PARAGRAPH.finditer(html)
        first = next((p for p in paragraphs if not DOWNLOAD_LINK.search(p[1])), None)
    text = NOT_SAID.sub("", first[1]) if first else ""
    text = " ".join(unescape(text).split())
    if len(text) > LONGEST:
        text = text[: text.rfind(" ", 0, LONGEST)] + " \u2026"
    return escape(text)


def mend_theme(html):
    """Mend what HTML does not allow, and the theme has no block to override.

    Material's two checkboxes have ``autocomplete``.
    """
    return re.sub(r'(<input class="md-toggle"[^>]*?) autocomplete="off"', r"\1", html)


def finish(html):
    """Return the HTML of a page's text as readers need it."""
    for step in (exclude_from_search, wrap_tables, let_keyboard_reach, let_names_break):
        html = step(html)
    return html


class _Finish(Postprocessor):
    def run(self, text):
        """Finish a page; tell Zensical how it describes itself, as hooks.py MkDocs."""
        text = finish(text)
        # Zensical leaves the page that it renders with the steps before; what is set
        # there, its theme shows. ``toc`` sends each heading through here first.
        pages = [step.page for step in self.md.preprocessors if hasattr(step, "page")]
        said = description(text) if pages else ""
        if said:
            pages[0].meta.setdefault("description", said)
        return text


class PagesExtension(Extension):
    """Markdown extension ``book.render.pages``."""

    def extendMarkdown(self, md):
        """Come last, after formulas and the numbers of figures."""
        md.postprocessors.register(_Finish(md), "pages", -20)


def makeExtension(**options):
    """Tell Markdown what this module has."""
    return PagesExtension(**options)
