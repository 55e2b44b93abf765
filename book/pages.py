"""What a built page needs beside its content: a description, a small index.

All functions take and return HTML. They stand outside of ``hooks.py`` so that
they can be tested without MkDocs.
"""

import re
from html import escape, unescape

# Programs, outputs, figures and set-off formulas: nobody searches for their
# letters and digits. The search plugin drops the attribute; it cannot have no value.
SILENT = re.compile(r'<div(?= class="(?:[^"]* )?(?:highlight|plot|arithmatex)[ "])')
NAME = re.compile(
    r'(<code>|<span class="filename">)([\w./-]+\.(?:py|txt|ipynb|md))(?=</)'
)
CODE = re.compile(r"(<pre[^>]*>(?:<span></span>)?<code)>(.*?)</code>", re.DOTALL)
COLUMNS = 30  # of a program that a phone shows, in an answer
PARAGRAPH = re.compile(
    r'<p(?! class="admonition-title")(?: [^>]*)?>(.*?)</p>', re.DOTALL
)
DOWNLOAD = re.compile(r"<a [^>]*\bdownload\b")
QUESTION = re.compile(
    r'<div class="admonition question">\s*<p class="admonition-title">.*?</p>\s*'
    r"<p(?: [^>]*)?>(.*?)</p>",
    re.DOTALL,
)
IDLE = re.compile(r"<math\b.*?</math>|<[^>]*>", re.DOTALL)  # in a description
# A few sentences, as search engines show them.
LONGEST = 300


def quiet(html):
    """Mark what the search leaves out."""
    return SILENT.sub('<div data-search-exclude="yes"', html)


def scrolling(html):
    """Wrap each table as Material does in the browser, where it would move the text.

    Material wraps it once more; ``book.css`` takes the box from that.
    """
    before = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
    return re.sub(
        r"<table>.*?</table>", rf"{before}\g<0></div></div>", html, flags=re.S
    )


def breakable(html):
    """Let the names of files break after "/" and "_", which browsers do not."""
    return NAME.sub(lambda m: m[1] + re.sub(r"[/_](?=.)", r"\g<0><wbr>", m[2]), html)


def reachable(html):
    """Let the keyboard reach a program that a phone has to scroll.

    Where it need not scroll, Material takes this away once it is near the window.
    """

    def reach(match):
        lines = unescape(re.sub(r"<[^>]*>", "", match[2])).split("\n")
        wide = max(map(len, lines)) > COLUMNS
        return (
            match[0].replace("<code>", '<code tabindex="0">', 1) if wide else match[0]
        )

    return CODE.sub(reach, html)


def description(html):
    """Return the question that a page answers, or else how it begins.

    It is fit for an attribute. Returns "" for a page without a paragraph.
    """
    first = QUESTION.search(html)
    if first is None:
        paragraphs = PARAGRAPH.finditer(html)
        first = next((p for p in paragraphs if not DOWNLOAD.search(p[1])), None)
    text = IDLE.sub("", first[1]) if first else ""
    text = " ".join(unescape(text).split())
    if len(text) > LONGEST:
        text = text[: text.rfind(" ", 0, LONGEST)] + " \u2026"
    return escape(text)


def mended(html):
    """Mend what is written around the text and HTML or axe-core do not allow.

    Material's navigation labels have an empty ``tabindex``, and its two checkboxes
    ``autocomplete``, in templates that have no block to override. Markdown makes a
    heading of the empty corner of a table.
    """
    html = html.replace(' tabindex=""', "")
    html = re.sub(r"<th( [^>]*)?>\s*</th>", r"<td\1></td>", html)  # an empty corner
    return re.sub(r'(<input class="md-toggle"[^>]*?) autocomplete="off"', r"\1", html)
