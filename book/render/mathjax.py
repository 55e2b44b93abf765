"""MathJax writes formulas as MathML; what it wrote is kept in a file.

One Node process (``mathml/typeset.cjs``) serves all pages.
"""

import atexit
import hashlib
import html
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "mathml"
CACHE = ".cache/formulas.json"
NODE = Path(sys.prefix) / "node"  # see bootstrap.py
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
def version():
    """Hash what a typeset formula depends on besides its TeX."""
    names = ("typeset.cjs", "package-lock.json")
    return hashlib.sha256(b"".join((HERE / n).read_bytes() for n in names)).hexdigest()


@cache
def _process():
    """Start Node with MathJax; it waits for formulas until we end."""
    node = Path(sys.prefix) / "bin" / "node"
    if not node.exists() or not NODE.exists():
        raise FormulaError(
            "Node or MathJax is missing: run python3 book/setup/bootstrap.py"
        )
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
        self.version = version()
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
                        f"in {tex}: add it to CHARACTERS in book/render/mathjax.py, "
                        "and run python -m book font"
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
