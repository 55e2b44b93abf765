"""Formulas: a Markdown extension that has MathJax write them as MathML.

It comes after ``pymdownx.arithmatex``, which marks formulas, and takes nothing
from MkDocs, so another generator can use it too. A browser lays MathML out by
itself, in the font of the book (``font.py``).
"""

import html
import re

from markdown import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from book.model import EQUATION, LABEL, TAG, number_equations
from book.render.mathjax import CACHE, FormulaError, store

# A formula, and what must not be parted from it by the end of a line.
MARKED = re.compile(
    r'([(\[]?)<(span|div) class="arithmatex">(.*?)</\2>([,.;:!?)\]]*)', re.DOTALL
)
PART = re.compile(r'<math(?: display="block")?>.*?</math>')
MATHML = re.compile(r"</?(?:m[a-z]+|span)\b[^>]*>")
PHONE = 15  # letters and signs that surely fit into a line of 360 pixels
REFERENCE = re.compile(r"\\(eqref|ref)\{([^}]*)\}")


def typeset(text, known):
    r"""Return the HTML ``text`` with its marked formulas as MathML.

    An equation has the number of its ``\tag``; its label becomes an anchor, and
    references to it become links. ``known`` is a Store. Raises FormulaError.
    """
    found = []
    for match in MARKED.finditer(text):
        tex = html.unescape(match[3]).strip()
        # A lab has set-off formulas within its paragraphs.
        display = match[2] if tex.startswith("\\[") else ""
        found.append((tex[2:-2].strip(), display, match[1], match[4]))
    numbers, parsed = {}, []
    for tex, display, *beside in found:
        equation = EQUATION.fullmatch(tex)
        body, number, label = _parts(equation[1]) if equation else (tex, "", "")
        if label in numbers:
            raise FormulaError(f"the label {label} stands twice")
        if label:
            numbers[label] = number
        parsed.append((body, display, number, label, *beside))
    plain = [(t, bool(d)) for t, d, *_ in parsed if not REFERENCE.fullmatch(t)]
    mathml = iter(known.typeset(plain))
    pieces = []
    for tex, display, number, label, opening, stop in parsed:
        reference = REFERENCE.fullmatch(tex)
        if reference:
            if reference[2] not in numbers:
                raise FormulaError(f"refers to an equation that is not there: {tex}")
            shown = numbers[reference[2]]
            shown = f"({shown})" if reference[1] == "eqref" else shown
            shown = f'<a class="eqref" href="#{reference[2]}">{shown}</a>'
        else:
            shown = _element(tex, display, number, label, next(mathml))
        whole = opening + shown + stop if display else _kept(opening, shown, stop)
        pieces.append(whole)
    pieces = iter(pieces)
    return MARKED.sub(lambda _: next(pieces), text)


def _parts(equation):
    """Return the TeX of an equation, its number and its label, or "" for either."""
    tag, label = TAG.match(equation), LABEL.search(equation)
    body = LABEL.sub("", TAG.sub("", equation, count=1)).strip()
    return body, tag[1] if tag else "", label[1] if label else ""


def _kept(opening, shown, stop):
    """Keep a formula within a line together with a bracket before it and a stop after.

    If the line may break within the formula, the stop stands in its last part, as
    ``data-stop`` tells; a bracket is then not kept.
    """
    if not (opening or stop) or "<math" not in shown:
        return opening + shown + stop
    if shown.count("<math") == 1:
        return f'<span class="keep">{opening}{shown}{stop}</span>'
    if not stop:
        return opening + shown
    start = shown.rindex("<math")
    if shown[:start].endswith(SCROLLS + ">"):  # a part that scrolls has a place
        start = shown.rindex('<span class="long"')
    before = shown[:start].replace(" data-tex=", f' data-stop="{stop}" data-tex=', 1)
    last = shown[start:].removesuffix("</span>")
    return f'{opening}{before}<span class="keep">{last}{stop}</span></span>'


# A formula that is too wide for a phone scrolls there, so it needs a tab stop for the
# keyboard, and a name. Where there is room book.js takes these attributes away.
SCROLLS = ' tabindex="0" role="group" aria-label="Formula, scrolls sideways"'


def _wide(mathml):
    """Tell whether a phone may be too narrow for a formula."""
    letters = re.sub(r"<[^>]*>", "", html.unescape(mathml))
    return len(letters) + 2 * mathml.count("<mspace") > PHONE


def _long(part):
    """Let a part of a formula scroll if a phone may be too narrow for it."""
    return (
        f'<span class="long"{SCROLLS}>{part[0]}</span>' if _wide(part[0]) else part[0]
    )


def _element(tex, display, number, label, mathml):
    """Return the HTML of one formula; ``data-tex`` is what copying it gives.

    ``display`` is the element that sets it off from the text, or empty.
    """
    data = f' data-tex="{html.escape(tex)}"'
    if not display:
        return f'<span class="arithmatex"{data}>{PART.sub(_long, mathml)}</span>'
    anchor = f' id="{label}"' if label else ""
    tag = f'<span class="eqno">({number})</span>' if number else ""
    if label:
        tag = (
            f'<a class="eqno" href="#{label}" aria-label="Equation ({number})">'
            f"({number})</a>"
        )
    if mathml.count("<math") > 1:
        place = f' class="formula several">{PART.sub(_long, mathml)}'
    else:
        scrolls = SCROLLS if _wide(mathml) else ""
        place = f' class="formula"{scrolls}>{mathml}'
    return (
        f'<{display} class="arithmatex display"{anchor}{data}>'
        f"<{display}{place}</{display}>{tag}</{display}>"
    )


class _Number(Preprocessor):
    def run(self, lines):
        """Give each equation its number."""
        return number_equations("\n".join(lines)).split("\n")


class _Typeset(Postprocessor):
    def __init__(self, md, path):
        super().__init__(md)
        self.path = path

    def run(self, text):
        """Typeset the whole page at once: numbers and references run through it."""
        if "arithmatex" not in text:
            return text
        known = store(str(self.path))
        for token in getattr(self.md, "toc_tokens", []):
            _plain(token, known)
        return typeset(text, known)


def _plain(token, known):
    """Write the formulas of a heading as text, for the table of contents."""

    def words(match):
        (mathml,) = known.typeset([(html.unescape(match[1]).strip(), False)])
        return re.sub(r"<[^>]*>", "", mathml)

    for key in ("name", "html"):
        if key in token:
            token[key] = re.sub(r"\\\((.*?)\\\)", words, token[key])
    # Zensical shows the HTML, which has been typeset when the heading was read.
    token["html"] = MATHML.sub("", token["html"])
    for child in token["children"]:
        _plain(child, known)


class FormulasExtension(Extension):
    """Markdown extension ``book.render.formulas``."""

    def __init__(self, **options):
        self.config = {"cache": [CACHE, "where typeset formulas are"]}
        super().__init__(**options)

    def extendMarkdown(self, md):
        """Register both steps: equations are numbered first and typeset last."""
        md.preprocessors.register(_Number(md), "equations", 1000)
        step = _Typeset(md, self.getConfig("cache"))
        md.postprocessors.register(step, "formulas", -10)


def makeExtension(**options):
    """Tell Markdown what this module has."""
    return FormulasExtension(**options)
