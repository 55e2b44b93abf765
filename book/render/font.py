"""The font of formulas: STIX Two Math, made light and fit for browsers."""

import io

from book.render.mathjax import CHARACTERS, NODE

FILE = "docs/assets/book-math.woff2"


def make():
    """Return the font of formulas (bytes): STIX Two Math with CHARACTERS only.

    ``docs/assets`` has it, and ``theme/main.html`` has browsers fetch it before they
    paint.
    """
    source = NODE / "node_modules/@fontsource/stix-two-math/files"
    (whole,) = source.glob("*.woff2")
    return _subset(whole)


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
