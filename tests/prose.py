"""What the prose of a page must hold to, as functions from HTML to problems.

A decimal in prose is printed by a snippet on that page, or is a setting in its
code, or its sentence cites a paper, or links to the page of the book that prints
it. It may be rounded; a percentage may be printed as a fraction.
"""

import re
from pathlib import PurePosixPath

# Not the number of a section, nor a version such as 2.13.0.
DECIMAL = re.compile(r"(?<![\w.§])\d+\.\d+(?![\d]*\.\d)")
NUMBER = re.compile(r"\d+\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+")
BLOCKS = (
    "p",
    "li",
    "tr",
    "figcaption",
    "dd",
    "dt",
    "summary",
    "h1",
    "h2",
    "h3",
)
# A full stop behind one of these does not end a sentence.
ABBREVIATIONS = r"(?<!et al)(?<!\be\.g)(?<!\bi\.e)(?<!\bcf)(?<!\bvs)(?<!Fig)(?<!Def)"
END = re.compile(ABBREVIATIONS + r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z\\])")

# Of a work: where in it something stands.
PLACE = re.compile(r"§|\b(?:Section|Table|Fig|Eq|Def|Theorem|Lemma|Algorithm|Appendix)")


def numbers(text):
    """Return the numbers that stand in ``text``, as floats."""
    return [float(match) for match in NUMBER.findall(text)]


def shown(soup):
    """Return the numbers in the code and the outputs of a page."""
    return numbers("\n".join(block.text for block in soup.select("pre")))


def unsupported(soup, page, printed):
    """Return the decimals of a page that nothing supports.

    Parameters
    ----------
    soup : BeautifulSoup
        The article of the page; it is changed.
    page : str
        The path of the page below ``docs/``.
    printed : dict
        The path of each page to the numbers that it prints.
    """
    own = shown(soup)
    for formula in soup.select("[data-tex]"):
        formula.string = formula["data-tex"]  # 0.5 to the 10 is no 0.510
    for element in soup.select("pre, svg, code, .headerlink, .reference, .card"):
        element.decompose()
    found = []
    for block in soup.find_all(BLOCKS):
        if block.find(BLOCKS) and block.name != "tr":
            continue  # its inner blocks are looked at by themselves
        if block.name != "tr" and block.find_parent("tr"):
            continue
        for sentence, targets in _sentences(block, page):
            if any(target.endswith("bibliography.md") for target in targets):
                continue
            known = own + [n for target in targets for n in printed.get(target, [])]
            for match in DECIMAL.finditer(sentence):
                percent = re.match(r"[\s\\,]*(%|per ?cent)", sentence[match.end() :])
                if not _supported(match[0], known, percent):
                    found.append(
                        f"{page}: {match[0]} is not printed on this page, and its "
                        f"sentence cites nothing: {' '.join(sentence.split())[:120]}"
                    )
    return found


def _supported(decimal, known, percent):
    half = 0.5 * 10.0 ** -len(decimal.split(".")[1]) * (1 + 1e-9)
    value = float(decimal)
    return any(
        abs(number - value) <= half or (percent and abs(number * 100 - value) <= half)
        for number in known
    )


def _sentences(block, page):
    """Yield (text, pages linked to) for each sentence; a table row is one."""
    targets = []
    for link in block.select("a[href]"):
        targets.append(_target(link["href"], page))
        link.append(f"\x00{len(targets) - 1}\x00")
    text = block.get_text(" " if block.name == "tr" else "")
    parts = [text] if block.name == "tr" else END.split(text)
    for part in parts:
        marks = [int(n) for n in re.findall("\x00(\\d+)\x00", part)]
        yield re.sub("\x00\\d+\x00", "", part), [targets[n] for n in marks]


def _target(href, page):
    """Return the page below ``docs/`` that a link leads to, or the link."""
    path = href.split("#")[0]
    if not path or "://" in path:
        return href
    parts = []
    for part in (PurePosixPath(page).parent / path).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(parts)


def structure(text, page):
    """Return what a chapter (its Markdown) lacks."""
    found = []
    if not re.search(r"\A# .+\n\n!!! question", text):
        found.append(f"{page}: open with a title and its question (!!! question)")
    if not re.search(r"\A# .+\n\n!!! .+\n(?:    .+\n)+\nBefore this: ", text):
        found.append(f"{page}: say after the question what to read (Before this: ...)")
    for heading in ("## What was proved, measured and cited", "## Exercises"):
        if f"\n{heading}\n" not in text:
            found.append(f"{page}: the section {heading!r} is missing")
    exercises = len(re.findall(r"^\*\*Exercise \d+", text, re.MULTILINE))
    answers = len(re.findall(r'^\?\?\? success "Answer', text, re.MULTILINE))
    if exercises < 2 or answers != exercises:
        found.append(
            f"{page}: {exercises} exercises and {answers} answers: have two or more, "
            "each with an answer that folds out"
        )
    return found + references(text, page) + evidence(text, page)


# Where the proof of a statement stands: in the text, or in front of an equation.
PROOF = re.compile(r"\\eqref|Exercise \d|\bin the text\b|\bTheorem\b")
ASSUMPTION = re.compile(r"\b(under|with|for|if|without)\b")


def evidence(text, page):
    """Return rows of evidence that say "proved" or "derived" and not of what.

    "Proved" names the place of its proof. "Derived" is what follows from an assumption
    that is not quite true of a network: it names that, and what measured or checked it.
    """
    found = []
    for row in re.findall(r"^\|.*\| (?:Proved|Derived).*\|$", text, re.MULTILINE):
        how = row.rpartition(" | ")[2]
        if how.startswith("Proved") and not PROOF.search(row):
            found.append(f"{page}: proved where? name the equation or exercise: {row}")
        if how.startswith("Derived") and not (
            ASSUMPTION.search(how) and re.search(r"`\w+\.py`", how)
        ):
            found.append(f"{page}: derived under what, measured by what? {row}")
    return found


def references(text, page):
    """Return labels that stand twice and references that lead nowhere."""
    labels = re.findall(r"\\label\{([^}]+)\}", text)
    found = [
        f"{page}: the label {label} stands twice"
        for label in sorted({x for x in labels if labels.count(x) > 1})
    ]
    for name in sorted(set(re.findall(r"\\(?:eq)?ref\{([^}]+)\}", text))):
        if name not in labels:
            found.append(f"{page}: refers to {name}, which no equation is labelled")
    return found


def citations(text, page, keys):
    """Return citations of ``page`` that the bibliography does not have.

    Also those of a numbered place, in a work that was only seen as quoted by others,
    which do not say so.
    """
    found = [
        f"{page}: cites {key}, which is not in bibliography.bib"
        for key in re.findall(r"bibliography\.md#([\w-]+)", text)
        if key not in keys
    ]
    for words, key in re.findall(r"\[([^]]*)\]\([^)]*bibliography\.md#([\w-]+)", text):
        quoted = keys.get(key, {}).get("seen") == "quoted"
        if quoted and PLACE.search(words) and "as quoted" not in words:
            found.append(f'{page}: {words}: not seen by us: add ", as quoted"')
    return found
