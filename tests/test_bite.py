"""Guards of ``make bite``: it alters what it should, and tells what nobody notices."""

import json

import pytest

from book import ROOT
from book.model import Book
from book.run import child, pool
from book.run.cache import Result
from tests import alter, bite

BLIND = '''"""Is it positive?"""

count = len("ab") + 1
assert count > 0
print("positive")
'''
NAME = "part/chapter/blind.py"
GOOD = {
    "program": NAME,
    "before": 'count = len("ab") + 1',
    "after": 'count = len("ab")',
    "reason": "any count is positive",
}


def altered(text):
    """Return (operator, after) of each alteration of a program."""
    return [(a.operator, a.after) for a in alter.alterations("a.py", text.encode())]


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("operator", "a + 0 * b", []),
        ("dropped term", "a + b - c", ["b - c", "a - c", "a + b"]),
        ("dropped term", "a - b", ["- b", "a"]),
        ("dropped term", "a + 0.0", ["0.0"]),
        ("dropped term", "a - 1e-9", ["- 1e-9"]),
        ("operator", "a / b - 1e-9", ["a * b - 1e-9"]),
        ("operator", "a + b", ["a - b"]),
        ("operator", "a - b", ["a + b"]),
        ("operator", "a * b / c", ["a / b / c", "a * b * c"]),
        ("operator", "a**b", ["a*b"]),
        ("operator", "a += b", ["a -= b"]),
        ("operator", "a * 1.0 + b - 0", ["a * 1.0 - b - 0"]),
        ("sign", "f(-a)", ["f(a)"]),
        ("constant", "f(3)", ["f(6)", "f(4)"]),
        ("constant", "f(0)", ["f(1)"]),
        ("constant", "400 * a", ["800 * a"]),
        ("constant", "0.5 * a", ["1.0 * a", "1.5 * a"]),
        ("constant", "a = 3.14159", ["a = 6.28318", "a = 4.14159"]),
        ("constant", "a = 2\na = f(a)", ["a = 4", "a = 3"]),
        ("constant", "for i in range(1, n): f(i)", ["for i in range(2, n): f(i)"]),
        ("index", "a[1]", ["a[2]", "a[0]"]),
        ("index", "f(a)[0]", ["f(a)[1]"]),
        ("index", "a[-1]", ["a[-2]", "a[-0]"]),
        ("index", "a[:, 3:]", ["a[:, 4:]", "a[:, 2:]"]),
        (
            "index",
            "for i in range(9): a[i]",
            [f"for i in range(9): a[i {s} 1]" for s in "+-"],
        ),
        ("n - 1", "a / n", ["a / (n - 1)"]),
        ("n - 1", "a / len(x)", ["a / (len(x) - 1)"]),
        ("n - 1", "x.var(0, unbiased=True)", ["x.var(0, unbiased=False)"]),
        ("n - 1", "import torch\nx.var()", ["x.var(unbiased=False)"]),
        ("n - 1", "import torch\nx.std(a)", ["x.std(a, unbiased=False)"]),
        ("comparison", "a < b", ["a >= b"]),
        ("comparison", "a == b", ["a != b"]),
    ],
)
def test_an_operator_makes_what_it_should(operator, before, after):
    found = [text for kind, text in altered(before) if kind == operator]
    assert found[: len(after)] == after
    assert len(found) == len(after)


@pytest.mark.parametrize(
    "text",
    [
        *("'''What is 1 + 1?'''", "print('a' * 3 + f'{a:3}')", "import a.b as c"),
        *("torch.manual_seed(3)", "rng = default_rng(3)", "torch.set_num_threads(2)"),
        *("fig, ax = plt.subplots(2)\nax.plot(a, 2 * b)", "plt.plot(-a)"),
        "fig, axes = plt.subplots(2)\nfor ax, a in zip(axes, b): ax.set(ylim=(0, 1))",
        *(
            "assert a < 1e-3",
            "assert abs(a) < 4 / draws**0.5",
            "assert 2 * a < b < c - 3",
        ),
        *("assert a >= b * (1 - 1e-12)", "assert abs(a) < 4 * f(b) / f(c) ** 0.5"),
        *("check(a, b, rtol=0, atol=1e-3)", "atol = 2 * c", "SGD(a, lr=0.1)"),
        *("a = 3", "a, b = 3, [0.5, -2]", "for a in (1, 2, 3): f(a)"),
        *("torch.randn(3, n)", "torch.tensor([1.0, -2.0])", "x.view(3, -1)"),
        *("for i in range(9): f(i)", "x.repeat(2, 1)", "f(784)", "x[:4000]"),
        *("torch.randn(8, n) * 3 + 1", "0.5 - 2 * rng.uniform(a)", "images / 255"),
        *("[a] * 7", "n = 400\na @ n", "f(a, limit=50)"),
        *("a if b % 5 else c", "f(1e-12)", "f(1e-9)", "brentq(f, 1e-8, 3)"),
    ],
)
def test_what_nobody_has_to_notice_is_left_alone(text):
    assert altered(text) == []


def test_a_pasted_normaliser_is_altered_where_it_is_written():
    text = b"def rms_norm(x):\n    return x - 1\n\n\nf(3)\n"
    copy, own = "batch-norm/conformance/onnx_rms_norm.py", "part/chapter/own.py"
    assert {a.line for a in alter.alterations(copy, text)} == {5}
    assert {a.line for a in alter.alterations(own, text)} == {2, 5}


def test_an_alteration_is_told_apart_by_its_lines():
    text = "def f(a):\n    return a[\n        0\n    ]\n\n\nf(3)\nf(3)  # again\nf(3)\n"
    found = alter.alterations("a.py", text.encode())
    assert [(a.line, a.before, a.after, a.nth) for a in found] == [
        (3, "0", "1", 1),
        (3, "0", "-1", 1),
        (7, "f(3)", "f(6)", 1),
        (7, "f(3)", "f(4)", 1),
        (8, "f(3) # again", "f(6) # again", 1),
        (8, "f(3) # again", "f(4) # again", 1),
        (9, "f(3)", "f(6)", 2),
        (9, "f(3)", "f(4)", 2),
    ]
    assert found[1].source.decode() == text.replace("0", "-1")


def test_no_program_of_the_book_is_altered_into_what_is_not_python():
    sources = Book.read(ROOT).sources
    for name in sorted(sources)[::20]:
        for one in alter.alterations(name, sources[name]):
            compile(one.source, name, "exec")
            assert one.source != sources[name]
            assert one.before != one.after


def test_what_is_noticed_and_how():
    plain = Result(stdout="3\n", svg="a")
    for said, result in {
        "unnoticed": plain,
        "output": Result(stdout="4\n", svg="b"),
        "figure": Result(stdout="3\n", svg="b"),
        "error": Result(error="a.py: line 1: AssertionError"),
        "late": Result(error="a.py: still running after 5 s of computing"),
    }.items():
        assert bite.verdict(plain, result) == said


@pytest.fixture
def blind(book):
    """Return a book of one program, whose assertion is blind."""
    book.write(f"snippets/{NAME}", BLIND)
    book.snippet.unlink()
    return book


def mark(book, **entry):
    """Mark an alteration of the program as equivalent; return where."""
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in entry.items()]
    return book.write("equivalent.toml", "[[equivalent]]\n" + "".join(lines))


def test_what_nobody_notices_is_said_and_marked(blind, capsys, monkeypatch):
    marks = blind.root / "equivalent.toml"
    assert bite.main([NAME], blind.root, marks) == 1
    said = capsys.readouterr().out
    assert f"snippets/{NAME}:3: dropped term\n" in said
    assert '  - count = len("ab") + 1\n  + count = len("ab")\n' in said
    assert "\nothers (1) " in said
    # 1, 2, 2 - 1 and 2 + 2 are as positive as 2 + 1.
    assert "at most 2 in 100 unnoticed: 4 of 4, missed" in said
    monkeypatch.setattr(child, "run_script", None)  # the verdicts are kept
    assert bite.main(["--count", "9"], blind.root, marks) == 0  # a sample only says
    assert "unnoticed: 4 of 4, missed" in capsys.readouterr().out
    mark(blind, **GOOD)
    assert bite.main([f"snippets/{NAME}"], blind.root, marks) == 1
    assert "at most 2 in 100 unnoticed: 3 of 3, missed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({}, None),
        ({"after": [GOOD["after"], "count = 1"]}, None),
        ({"after": [GOOD["after"], GOOD["after"]]}, "marked twice"),
        ({"after": [GOOD["after"], "count = 3"]}, "no alteration is this any more"),
        ({"program": "part/chapter/sums.py"}, "no alteration is this any more"),
        ({"before": "count = 3"}, "no alteration is this any more"),
        ({"after": "count = 3"}, "no alteration is this any more"),
        ({"nth": 2}, "no alteration is this any more"),
        ({"reason": ""}, "no reason"),
    ],
)
def test_a_mark_that_fits_nothing_or_says_nothing_is_an_error(blind, entry, said):
    marks = mark(blind, **{**GOOD, **entry})
    found = bite.marked(marks, Book.read(blind.root).sources)[1]
    assert bool(found) == bool(said)
    if said:
        with pytest.raises(SystemExit, match=said):
            bite.main([], blind.root, marks)


def test_the_marks_of_the_book_fit():
    assert bite.marked(ROOT / bite.MARKS, Book.read(ROOT).sources)[1] == []


def test_a_program_that_is_not_there_is_said(blind):
    with pytest.raises(SystemExit, match="no such program: part/none"):
        bite.main(["part/none.py"], blind.root, blind.root / "none")


def test_the_sample_is_of_the_seed(blind, monkeypatch):
    drawn = []
    monkeypatch.setattr(pool, "warm_up", lambda: None)
    monkeypatch.setattr(bite, "bite", lambda *a: drawn.append(a[1]) or [])
    for seed in ("1", "1", "2"):
        bite.main(["--count", "3", "--seed", seed], blind.root, blind.root / "none")
    bite.main(["--all"], blind.root, blind.root / "none")
    assert drawn[0] == drawn[1] != drawn[2]
    assert [len(some) for some in drawn] == [3, 3, 3, 4]


def test_a_row_names_the_check_of_what_it_proves(book):
    book.write("snippets/part/chapter/other.py", BLIND)

    def named(row):
        book.write("docs/part/chapter.md", f"| A | How |\n|---|---|\n| b | {row} |\n")
        return bite.checks(Book.read(book.root))

    both = {"part/chapter/sums.py", "part/chapter/other.py"}
    assert named(r"Proved, $\eqref{eq:a}$; checked by `sums.py` and `other.py`") == both
    assert named("Derived; to 1 %, `sums.py`; measured, `other.py`") == {
        "part/chapter/sums.py"
    }
    for row in ("Measured, `sums.py`", "Proved; measured by `sums.py`", "Proved"):
        assert named(row) == set()
