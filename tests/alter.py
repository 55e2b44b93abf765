"""The alterations that ``make bite`` makes: each changes one place of a program.

parso, which IPython brings, keeps every space of a program and the place of every
token, so that an alteration is a text put in another's place. cosmic-ray gives the k-th
mutation of a source as text too, but brings fourteen packages and what they need for
it, numbers its mutations instead of naming them, and neither drops a term nor knows
n - 1; mutmut makes its own only inside of its own runner.

Operators: drop a term of a sum; swap + and -, * and /, ``**`` by ``*``; drop a minus;
a constant times 2 and plus 1; an index plus and minus 1; n to n - 1, which the n of a
variance (``unbiased``) is too, while n - 1 to n is a dropped term; a comparison to its
opposite. What nobody has to notice is left alone: see ``tests/settings.py``.
"""

import ast
from collections import Counter
from dataclasses import dataclass

import parso

from tests import settings
from tests.settings import callee, code, guard, number, spoken, whole

SWAPS = {"+": "-", "-": "+", "*": "/", "/": "*", "**": "*", "//": "*"}
SWAPS |= {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="}
OPPOSITES = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "==": "!=", "!=": "=="}
ARITHMETIC = ("arith_expr", "term", "power", "factor")


@dataclass(frozen=True)
class Alteration:
    """One change of a program; without ``source``, it is told apart by the rest."""

    program: str  # its path below snippets/
    operator: str
    line: int  # of the program, from 1
    before: str  # the lines that change, as one, with single spaces
    after: str
    nth: int  # of those of this program with this before and after, from 1
    source: bytes  # the altered program


def alterations(program, source):
    """Return every Alteration of ``source`` (bytes), in its order, each text once."""
    text = source.decode()
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found, seen, count = [], {text}, Counter()
    for operator, (row, begin), (last, end), put in edits(program, text):
        altered = text[: starts[row - 1] + begin] + put + text[starts[last - 1] + end :]
        if altered in seen or not _parses(altered):
            continue
        seen.add(altered)
        below = sum(map(len, lines[last:]))
        new = altered[starts[row - 1] : len(altered) - below]
        before, after = (
            " ".join(t.split()) for t in ("".join(lines[row - 1 : last]), new)
        )
        count[before, after] += 1
        nth = count[before, after]
        found.append(
            Alteration(program, operator, row, before, after, nth, altered.encode())
        )
    return found


def _parses(text):
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def edits(name, text):
    """Yield (operator, begin, end, text to put there) for each place of a program.

    Places are (line from 1, column from 0), as parso has them.
    """
    tree = parso.parse(text)
    program = settings.Program(name, tree, text)

    def walk(node):
        if program.alone(node):
            return
        for operator, kind in OPERATORS.items():
            for begin, end, put in operator(node, program):
                yield kind, begin, end, put
        for child in getattr(node, "children", ()):
            yield from walk(child)

    yield from walk(tree)


def _terms(node, _program):
    """Drop each term of a sum."""
    if node.type != "arith_expr" or spoken(*node.children[::2]):
        return
    first, sign, second = node.children[:3]
    yield first.start_pos, (second if sign.value == "+" else sign).start_pos, ""
    for before, term in zip(node.children[::2], node.children[2::2], strict=False):
        if not guard(term):
            yield before.end_pos, term.end_pos, ""


def _swap(node, _program):
    """Swap + and -, * and /; put * for **."""
    if getattr(node, "value", None) not in SWAPS or node.type != "operator":
        return
    place = node.parent.children.index(node)
    if node.parent.type not in (*ARITHMETIC[:3], "expr_stmt") or not place:
        return
    left, right = (node.parent.children[place + k] for k in (-1, 1))
    if spoken(left, right):
        return
    if guard(right) if node.value in ("+", "-") else number(right) == 1:
        return
    if (node.value == "*" and number(left) in (0, 1)) or code(right)[:4] == "0 * ":
        return
    yield node.start_pos, node.end_pos, SWAPS[node.value]


def _sign(node, program):
    """Drop a minus, but not that of an index or a dimension."""
    if node.type != "factor" or code(node.children[0]) != "-":
        return
    value = number(node)
    if isinstance(value, int) and (whole(node) or settings.indexes(node)):
        return
    if value is not None and program.setting(node.children[1]):
        return
    yield node.children[0].start_pos, node.children[1].start_pos, ""


def _constant(node, program):
    """Take a number times 2, and plus 1, which is nothing to hundreds."""
    if node.type != "number" or settings.indexes(node) or program.setting(node):
        return
    value = number(node)
    if value is not None and (value == 0 or not guard(node)):
        for other in (2 * value, value + 1):
            if other != value and not (value >= 100 and other == value + 1):
                yield node.start_pos, node.end_pos, repr(other)


def _index(node, program):
    """Take an index plus and minus 1."""
    if not settings.indexes(node):
        return
    if node.type == "number" and not program.setting(node):
        yield node.start_pos, node.end_pos, repr(number(node) + 1)
        # In a sum that is as a dropped term; and of what is returned, 0 may be -1.
        called = code(node.parent.get_previous_leaf() or node) == ")"
        if node.parent.type != "arith_expr" and not (called and node.value == "0"):
            yield node.start_pos, node.end_pos, repr(number(node) - 1)
    elif node.type == "name" and node.value in program.counts:
        if node.parent.type in ("trailer", "subscriptlist"):
            for sign in "+-":
                yield node.start_pos, node.end_pos, f"{node.value} {sign} 1"


def _count(node, program):
    """Put n - 1 for n in arithmetic."""
    if node.parent is None or node.parent.type not in ARITHMETIC:
        return
    if node.type == "name":
        counts = node.value in program.counts
    else:
        counts = node.type == "atom_expr" and settings.COUNTED.fullmatch(code(node))
    leaf = node.get_last_leaf().get_next_leaf()
    said = leaf.value in ("+", "-") and leaf.get_next_leaf().value == "1"
    if counts and not said:  # of n - 1 and n + 1, the 1 is altered
        yield node.start_pos, node.end_pos, f"({code(node)} - 1)"


def _over(node, program):
    """Put n - 1 for n, or the other way, in a variance of torch."""
    if node.type == "argument" and code(node.children[0]) == "unbiased":
        value = node.children[-1]
        other = {"True": "False", "False": "True"}.get(code(value))
        if other:
            yield value.start_pos, value.end_pos, other
    if node.type == "trailer" and program.torch and code(node).startswith("("):
        said = "unbiased" in code(node) or "correction" in code(node)
        if callee(node).endswith((".var", ".std")) and not said:
            comma = "" if len(node.children) == 2 else ", "
            close = node.children[-1]
            yield close.start_pos, close.end_pos, f"{comma}unbiased=False)"


def _opposite(node, _program):
    """Put its opposite for a comparison, but not in an assertion."""
    if node.type == "comparison" and not settings.within(node, "assert_stmt"):
        for sign in node.children[1::2]:
            if code(sign) in OPPOSITES:
                yield sign.start_pos, sign.end_pos, OPPOSITES[code(sign)]


# What makes alterations, and of which kind they are.
OPERATORS = {
    _terms: "dropped term",
    _swap: "operator",
    _sign: "sign",
    _constant: "constant",
    _index: "index",
    _count: "n - 1",
    _over: "n - 1",
    _opposite: "comparison",
}
