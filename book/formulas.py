"""Formulas: a Markdown extension that has MathJax write them as MathML.

It comes after ``pymdownx.arithmatex``, which marks formulas, and takes nothing
from MkDocs, so another generator can use it too. One Node process
(``mathml/typeset.cjs``) serves all pages; what it wrote is kept in a file. A
browser lays MathML out by itself, in the :func:`font` of the book.
"""

import atexit
import hashlib
import html
import io
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from markdown import Extension
from markdown.postprocessors import Postprocessor

from book.model import EQUATION, LABEL

HERE = Path(__file__).parent / "mathml"
NODE = Path(sys.prefix) / "node"  # see bootstrap.py
# A formula, and what must not be parted from it by the end of a line.
MARKED = re.compile(
    r'([(\[]?)<(span|div) class="arithmatex">(.*?)</\2>([,.;:!?)\]]*)', re.DOTALL
)
PART = re.compile(r'<math(?: display="block")?>.*?</math>')
PHONE = 15  # letters and signs that surely fit into a line of 360 pixels
REFERENCE = re.compile(r"\\(eqref|ref)\{([^}]*)\}")

# The characters that the font of the site has; any other is an error.
ALPHABETS = "".join(
    chr(first + k)
    for first, count in ((0x1D434, 52), (0x1D49C, 26), (0x1D6FC, 31))
    for k in range(count)
)
CHARACTERS = frozenset(
    "".join(map(chr, range(0x20, 0x7F)))
    + "\xa0¯±×′″‖…ˆ˙˜\u2061\u2062ℎℬℰℱℋℐℒℳℛℕℚℝℤℂℓ𝟙𝟎𝟏𝖳‾"
    + "ΓΔΘΛΞΠΣΦΨΩαβγδεζηθικλμνξπρστυφχψωϑϕϵ"
    + "←→↦⟶∂∇∈∏∑−∓∗∘√∝∞∣∥∫∼≈≠≡≤≥≪≫⊂⊆∪∩⊙⊗⊤⊥⋅⋯⋮⏞⏟⌊⌋⌈⌉⟨⟩■□◻◼"
    + ALPHABETS
)


class FormulaError(ValueError):
    """A formula that cannot be typeset; the message quotes it."""


@cache
def _version():
    """Hash what a typeset formula depends on besides its TeX."""
    names = ("typeset.cjs", "package-lock.json")
    return hashlib.sha256(b"".join((HERE / n).read_bytes() for n in names)).hexdigest()


@cache
def _process():
    """Start Node with MathJax; it waits for formulas until we end."""
    node = Path(sys.prefix) / "bin" / "node"
    if not node.exists() or not NODE.exists():
        raise FormulaError("Node or MathJax is missing: run python3 book/bootstrap.py")
    process = subprocess.Popen(
        [node, HERE / "typeset.cjs", NODE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    atexit.register(process.stdin.close)
    return process


def _ask(formulas):
    """Return the answers of MathJax to a list of (TeX, display)."""
    process = _process()
    answers = []
    for tex, display in formulas:
        try:
            process.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
            process.stdin.flush()
            answers.append(json.loads(process.stdout.readline()))
        except (OSError, ValueError):
            _process.cache_clear()
            raise FormulaError(f"MathJax ended at the formula {tex}") from None
    return answers


class Store:
    """MathML by formula, kept in a file; damaged or old, it is made anew."""

    def __init__(self, path):
        self.path = Path(path)
        self.version = _version()
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            self.known = found["known"] if found["version"] == self.version else {}
        except (OSError, ValueError, KeyError, TypeError):
            self.known = {}

    def typeset(self, formulas):
        """Return the MathML of each (TeX, display) of a list.

        Raises FormulaError for one that MathJax cannot read, or that has a
        character which the font of the site lacks.
        """
        keys = [
            f"{'block' if display else 'inline'} {tex}" for tex, display in formulas
        ]
        new = [
            (k, f) for k, f in zip(keys, formulas, strict=True) if k not in self.known
        ]
        if new:
            fresh = {}
            for (key, (tex, _)), answer in zip(
                new, _ask([f for _, f in new]), strict=True
            ):
                if "error" in answer:
                    raise FormulaError(f"MathJax cannot read {tex}: {answer['error']}")
                text = html.unescape(re.sub(r"<[^>]*>", "", answer["mathml"]))
                strange = sorted(set(text) - CHARACTERS - {"\n"})
                if strange:
                    raise FormulaError(
                        f"the font of formulas has no {' '.join(strange)}, "
                        f"in {tex}: add it to CHARACTERS in book/formulas.py"
                    )
                fresh[key] = answer["mathml"]
            self.known.update(fresh)
            self._write()
        return [self.known[key] for key in keys]

    def _write(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(f".{os.getpid()}")
        content = {"version": self.version, "known": self.known}
        temporary.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        os.replace(temporary, self.path)


@cache
def store(path):
    """Return the store of this path; a build asks once a page."""
    return Store(path)


def typeset(text, known):
    """Return the HTML ``text`` with its marked formulas as MathML.

    Numbered equations count from one; their labels become anchors, and references
    become links. ``known`` is a Store. Raises FormulaError.
    """
    found = []
    for match in MARKED.finditer(text):
        tex = html.unescape(match[3]).strip()
        # A lab has set-off formulas within its paragraphs.
        display = match[2] if tex.startswith("\\[") else ""
        found.append((tex[2:-2].strip(), display, match[1], match[4]))
    numbers, parsed = {}, []
    count = 0
    for tex, display, *beside in found:
        equation, label = EQUATION.fullmatch(tex), ""
        if equation:
            count += 1
            match = LABEL.search(equation[1])
            label = match[1] if match else ""
            if label in numbers:
                raise FormulaError(f"the label {label} stands twice")
            if label:
                numbers[label] = count
        body = LABEL.sub("", equation[1]).strip() if equation else tex
        parsed.append((body, display, count if equation else 0, label, *beside))
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
    for child in token["children"]:
        _plain(child, known)


class FormulasExtension(Extension):
    """Markdown extension ``book.formulas``."""

    def __init__(self, **options):
        self.config = {"cache": [".cache/formulas.json", "where typeset formulas are"]}
        super().__init__(**options)

    def extendMarkdown(self, md):
        """Come last: the page is whole HTML then."""
        step = _Typeset(md, self.getConfig("cache"))
        md.postprocessors.register(step, "formulas", -10)


def makeExtension(**options):
    """Tell Markdown what this module has."""
    return FormulasExtension(**options)


def font(folder):
    """Return the path of the font of formulas, made once and kept in ``folder``.

    It is STIX Two Math with CHARACTERS only; ``theme/main.html`` has browsers fetch
    it before they paint.
    """
    source = NODE / "node_modules/@fontsource/stix-two-math/files"
    (whole,) = source.glob("*.woff2")
    key = Path(__file__).read_bytes() + _version().encode()
    path = Path(folder) / f"font-{hashlib.sha256(key).hexdigest()[:16]}.woff2"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_bytes(_subset(whole))
        os.replace(temporary, path)
    return path


def _subset(source):
    """Return the font at ``source`` with CHARACTERS only, as WOFF2 (bytes)."""
    from fontTools import subset

    options = subset.Options(flavor="woff2", hinting=False, notdef_outline=True)
    options.layout_features = ["ssty", "kern", "mark", "mkmk"]
    whole = subset.load_font(str(source), options)
    chooser = subset.Subsetter(options)
    chooser.populate(unicodes=map(ord, CHARACTERS))
    chooser.subset(whole)
    _adjust(whole)
    buffer = io.BytesIO()
    subset.save_font(whole, buffer, options)
    return buffer.getvalue()


def _adjust(font):
    """Make the font suit what browsers do with it.

    The font has radical signs of several widths. Chromium (since MathML came with 109)
    reserves for every root the width of the widest one, which leaves a gap: here all
    signs get the width of the first. Two constants of the MATH table change, too: the
    least drop of an index, or a descender would push the index down, and the height at
    which an accent sits, or bars would touch their letters.
    """
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    constants = font["MATH"].table.MathConstants
    constants.SubscriptBaselineDropMin.Value = 0
    constants.AccentBaseHeight.Value = 430
    variants = font["MATH"].table.MathVariants
    radical = font.getBestCmap()[0x221A]
    place = variants.VertGlyphCoverage.glyphs.index(radical)
    construction = variants.VertGlyphConstruction[place]
    names = {record.VariantGlyph for record in construction.MathGlyphVariantRecord}
    names |= {part.glyph for part in construction.GlyphAssembly.PartRecords}
    width = font["hmtx"][radical][0]
    glyphs, metrics = font.getGlyphSet(), font["hmtx"]
    drawn = {}
    for name in sorted(names):
        advance, bearing = metrics[name]
        pen = TTGlyphPen(None)
        glyphs[name].draw(TransformPen(pen, (width / advance, 0, 0, 1, 0, 0)))
        drawn[name] = pen.glyph(), (width, round(bearing * width / advance))
    for name, (glyph, measure) in drawn.items():
        font["glyf"][name], metrics[name] = glyph, measure
        glyph.recalcBounds(font["glyf"])
