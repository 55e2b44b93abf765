"""What ``make bite`` leaves alone in a program, as nobody has to notice it.

- Strings, the docstring among them: they are said, not computed.
- What is drawn, which are statements on axes and figures: a figure is looked at.
- Seeds and tolerances, and in an assertion each comparison, each bound that is plain
  or leaves room for rounding, and the end of a chain: altering a check says nothing
  of what it checks.
- Settings of an experiment, for which another value does as well: numbers that are all
  of what a name is set to, unless they have five digits or more (then they are
  constants) or the name is set again (then they are where something starts); what a
  loop runs over; learning rates; shapes, counts and data of what is drawn at random,
  made or reshaped, and a number that what is drawn is multiplied by, or moved;
  the 255 of grey values; brackets of a root; arguments of 16 and more; cuts of data
  at 100 and more; what ``%`` divides by; how often a list is repeated. n - 1 of 100
  and more is as n.
- Normalisers that are pasted from another program: the tests hold them to one text.
- Guards of 1e-9 and below, thresholds below 1e-3; the signs of + 0, * 1 and / 1,
  which make a number of a bool or 0 of -0, and of 0 * x, which has the shape of x.
"""

import ast
import re
from collections import Counter

SEEDS = re.compile(r"(seed|default_rng|RandomState|Generator|\.set_\w+)$")
TOLERANCES = "rtol atol rel_tol abs_tol tol tolerance xtol epsabs epsrel".split()
KEYWORDS = (*TOLERANCES, "lr", "seed", "size", "max_iter", "steps", "generator")
# Calls whose plain numbers are shapes, counts or data.
SHAPES = re.compile(
    r"\b(rand\w*|standard_normal|normal|uniform|zeros|ones|empty|full|eye|tensor|array"
    r"|(lin|log|geom)space|view|reshape|expand|repeat|tile|split|chunk|unflatten"
    r"|broadcast_to|brentq|bisect|leggauss|herme?gauss|Linear|Conv\dd|\w*Norm(\dd)?)$"
)
PASTED = re.compile(r"batch-norm/conformance/(onnx_|survival)")
DRAWS = re.compile(r"(torch|np\.random)\.rand\w*\(|rng\.\w+\(")
# What is a count even where the program does not say so.
COUNTS = ("n", "N", "B", "d", "D", "L", "K", "width", "depth", "count")
COUNTED = re.compile(
    r"len\([^()]*\)|[\w.]+(\.numel\(\)|\.shape\[-?\d\]|\.size\(-?\d\))"
)
# A bound: numbers and names, with * and / and powers between them.
BOUND = re.compile(r"-?[\w.]+(e-\d+)?(( [*/] |\*\*-?)[\w.]+(e-\d+)?)*")
TINY = re.compile(r"\de-(9|\d\d)")  # in a bound: it is one for rounding errors
LISTS = ("testlist_comp", "testlist_star_expr", "exprlist", "arglist", "subscriptlist")


def code(node):
    """Return the text of a node, without the space before it."""
    return node.get_code(include_prefix=False)


def number(node):
    """Return the value of a plain number, or None."""
    try:
        value = ast.literal_eval(code(node))
    except (ValueError, SyntaxError):
        return None
    return value if type(value) in (int, float) else None


def guard(node):
    """Tell whether a node is a number that only keeps from 0, or 0 itself."""
    value = number(node)
    return value is not None and abs(value) <= 1e-9


def items(node):
    """Return the items of a list, in brackets or not; of anything else, itself."""
    if node.type == "atom" and len(node.children) == 3 and code(node)[0] in "([":
        node = node.children[1]
    return node.children[::2] if node.type in LISTS else [node]


def spoken(*nodes):
    """Tell whether a string or a list is among operands: that is no arithmetic."""
    firsts = [node.get_first_leaf() for node in nodes]
    return any(f.type in ("string", "fstring_start") or f.value == "[" for f in firsts)


def within(node, *kinds):
    """Return the nearest node of one of ``kinds`` around ``node``, or None."""
    while node is not None and node.type not in kinds:
        node = node.parent
    return node


def callee(trailer):
    """Return the text of what the arguments ``trailer`` are given to."""
    around = trailer.parent.children
    return "".join(code(child) for child in around[: around.index(trailer)])


def root(node):
    """Return the name that an expression begins with."""
    return node.get_first_leaf().value


def whole(node):
    """Return the arguments (trailer) of which ``node`` is one, or in one's list."""
    up = node.parent
    while up.type in (*LISTS, "atom", "factor", "argument"):
        up = up.parent
    return up if up.type == "trailer" and code(up)[0] == "(" else None


def indexes(node):
    """Tell whether ``node`` is, but for arithmetic, what stands in an index."""
    up = node.parent
    while up is not None and up.type in (
        *("factor", "arith_expr", "term", "subscript", "sliceop", "subscriptlist"),
    ):
        up = up.parent
    return up is not None and up.type == "trailer" and code(up)[0] == "["


class Program:
    """What the names of a program stand for.

    Attributes
    ----------
    figures, counts : set
        Names of figures and of integers.
    pasted, torch : bool
        Whether normalisers are copies; whether ``x.var()`` is torch's for certain.
    """

    def __init__(self, name, tree, text):
        self.pasted = bool(PASTED.match(name))
        self.torch = "import torch" in text and "numpy" not in text
        self.figures, self.counts, self.sets = {"plt"}, set(COUNTS), Counter()
        self._learn(tree)

    def _learn(self, node):
        if node.type == "expr_stmt":
            *targets, value = node.children[::2]
            for target in targets:
                self._set(target, value)
        elif node.type in ("for_stmt", "sync_comp_for"):
            self._loop(items(node.children[1]), node.children[3])
        for child in getattr(node, "children", ()):
            self._learn(child)

    def _set(self, target, value):
        names, values = items(target), items(value)
        self.sets.update(code(name) for name in names)
        if root(value) in self.figures:
            self.figures |= {code(name) for name in names}
        if len(names) == len(values):
            for name, value in zip(names, map(number, values), strict=True):
                if type(value) is int:  # n - 1 of many is as n
                    change = self.counts.add if value < 100 else self.counts.discard
                    change(code(name))

    def _loop(self, targets, over):
        called = root(over) if over.type == "atom_expr" else ""
        if called in ("enumerate", "range"):
            self.counts.add(code(targets.pop(0)))
        if called in ("enumerate", "zip"):
            over = items(over.children[1].children[1])
        else:
            over = [over]
        for target, one in zip(targets, over, strict=False):
            if root(one) in self.figures:
                self.figures.add(code(target))

    def alone(self, node):
        """Tell whether nothing in ``node`` is altered."""
        kind = node.type
        if kind in ("import_name", "import_from"):
            return True
        if kind == "funcdef" and self.pasted:
            return node.name.value.endswith("_norm")
        if kind == "expr_stmt":
            names = {root(node), root(node.children[-1])}
            return bool(names & {*self.figures, *TOLERANCES})
        if kind == "atom_expr":
            return root(node) in self.figures
        if kind == "argument":
            return code(node.children[0]) in KEYWORDS
        if kind == "trailer" and code(node)[0] == "(":
            return bool(SEEDS.search(callee(node)))
        return _bounds(node) or _data(node)

    def setting(self, leaf):
        """Tell whether a number is of the settings of an experiment."""
        value = number(leaf)
        if value is None:
            return True
        call = whole(leaf)
        if call:
            name = callee(call)
            alone = len(items(call.children[1])) == 1
            if SHAPES.search(name) or (value >= 16 and type(value) is int):
                return True
            return alone and name.split(".")[-1] in ("range", "arange")
        if indexes(leaf):
            return value >= 100
        if leaf.parent.type == "comparison" and 0 < value < 1e-3:
            return True
        if leaf.parent.type == "term":
            operators = [code(child) for child in leaf.parent.children[1::2]]
            return "%" in operators or spoken(*leaf.parent.children[::2])
        return self._set_to(leaf)

    def _set_to(self, leaf):
        """Tell whether a number is all that a name is set to, or a loop runs over."""
        node = leaf
        while re.fullmatch(r"[-\d.e_,\s()\[\]]+", code(node.parent)):
            node = node.parent
        up = node.parent
        if up.type in ("for_stmt", "sync_comp_for"):
            return True
        if up.type == "testlist_star_expr":
            up = up.parent
        if up.type != "expr_stmt" or code(up.children[1]) != "=":
            return False
        *targets, value = up.children[::2]
        names = [code(name) for target in targets for name in items(target)]
        values = items(value)
        if len(names) == len(values) and node in values:
            names = [names[values.index(node)]]
        again = max(self.sets[name] for name in names) > 1
        digits = code(leaf).split("e")[0].replace(".", "").replace("_", "").strip("0")
        return not again and len(digits) < 5


def _bounds(node):
    """Tell whether ``node`` is the plain bound of an assertion."""
    if node.parent is None or node.parent.type != "comparison":
        return False
    order = set("<>") & set(code(node.parent.children[1]))
    first, _, second, *chain = node.parent.children  # a < b < c is no claim on c
    chain += [second] if root(first) == "abs" else []  # second is how far off it may be
    plain = BOUND.fullmatch(code(node)) or TINY.search(code(node)) or node in chain
    return bool(order and plain and within(node, "assert_stmt"))


def _data(node):
    """Tell whether ``node`` is what is drawn, with plain numbers: other data do."""
    if node.type not in ("arith_expr", "term"):
        return False
    if number(node.children[-1]) == 255:
        return True
    others = [one for one in node.children[::2] if number(one) is None]
    drawn = [one for one in others if DRAWS.match(code(one)) or _data(one)]
    return len(others) == len(drawn) == 1
