"""Guards of the snippets: whole programs whose digits hold on other machines."""

import ast
import os
import re
import subprocess
from pathlib import PurePosixPath

import pytest

from book import ROOT, model
from book.run import digits, pool
from book.run.cache import Result, Store, key
from book.run.variants import (
    ALONE,
    APART,
    PERTURBED,
    PLAIN,
    STRICT,
    trains,
    variants_of,
)
from book.write import outputs

SNIPPETS = model.Book.read(ROOT).sources


def committed(name):
    path = ROOT / "snippets" / PurePosixPath(name).with_suffix(".txt")
    return path.read_text(encoding="utf-8") if path.exists() else ""


FULL = bool(os.environ.get("FULL"))  # `make test FULL=1`: every way, for all


def test_the_digits_hold_elsewhere():
    ways = digits.ways(ROOT, SNIPPETS, full=FULL)
    store = outputs.store(ROOT)
    assert digits.check(ways, store) == []
    strict = pool.run(ways[STRICT], store, variant=STRICT)
    trained = [name for name in strict if trains(SNIPPETS[name])]
    assert [name for name in trained if not strict[name].perturbed] == []


def _updates(node):
    """Tell whether a loop over steps takes gradients and moves weights itself."""
    if not isinstance(node, ast.For):
        return False
    if ast.unparse(node.target) not in ("_", "step", "epoch", "batch", "iteration"):
        return False
    text = ast.unparse(node)
    in_place = re.search(r"-= |\.sub_\(|\.add_\(|\.data\b", text)
    return bool(in_place and "grad" in text)


def style(name, source):
    """Return what the house rules find in the text of a snippet."""
    text = source.decode()
    found = []
    if trains(source) and "float64" not in text:
        found.append(f"{name}: it trains in float32: set_default_dtype(torch.float64)")
    random = re.search(r"\brandn?\(|randperm|randint|nn\.Linear|rand_like", text)
    if "import torch" in text and random and "manual_seed(" not in text:
        found.append(f"{name}: it draws random numbers without a seed")
    if not trains(source) and any(map(_updates, ast.walk(ast.parse(text)))):
        found.append(f"{name}: it updates weights by hand in a loop: use torch.optim")
    if any(len(line) > 79 for line in text.splitlines()):
        found.append(f"{name}: a line is longer than 79 columns")
    if re.search(r"pytest|importorskip|# noqa|# type: ignore|argparse", text):
        found.append(f"{name}: it has what is not for the reader")
    return found


def wide(name, text):
    """Return what is too wide for a page in the output of a snippet."""
    lines = [line for line in text.splitlines() if len(line) > 79]
    return [f"{name}: prints more than 79 columns: {line}" for line in lines]


@pytest.mark.parametrize("name", SNIPPETS)
def test_the_house_rules_hold(name):
    assert style(name, SNIPPETS[name]) + wide(name, committed(name)) == []


def unlike(sources):
    """Return the normalisers that snippets of ``sources`` define differently."""
    texts = {}
    for source in sources:
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and node.name.endswith("_norm"):
                texts.setdefault(node.name, set()).add(ast.unparse(node))
    return sorted(name for name, found in texts.items() if len(found) > 1)


def test_a_normaliser_that_is_pasted_has_one_text():
    pasted = ("batch-norm/conformance/", "normalizers/per-sample/from_scratch")
    sources = [text for name, text in SNIPPETS.items() if name.startswith(pasted)]
    assert len(sources) > 5
    assert unlike(sources) == []


def test_a_normaliser_of_two_texts_is_found():
    one = b"def rms_norm(x):\n    return x\n"
    assert unlike([one, one]) == []
    assert unlike([one, one.replace(b"return x", b"return -x")]) == ["rms_norm"]


def test_an_output_that_is_too_wide_is_found():
    assert wide("name.py", "x" * 79) == []
    assert len(wide("name.py", "x" * 79 + "\n" + "x" * 80)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "import torch\ntorch.manual_seed(0)\ntorch.optim.SGD([], lr=1)",
        "import torch\nprint(torch.randn(3))",
        "for step in range(9):\n    loss.backward()\n    w.data -= lr * w.grad",
        "x = 1  " + "#" * 80,
        "import argparse",
    ],
)
def test_a_snippet_against_the_house_rules_is_found(text):
    assert len(style("name.py", text.encode())) == 1


WEIGHT = """
import torch
torch.manual_seed(0)
weight = torch.nn.Parameter(torch.randn(3, dtype=torch.float64))
torch.optim.SGD([weight], lr=0.1)
print(f"{weight.sum().item():.15f}")
"""
KERNELS = """
import torch
print(torch.backends.cpu.get_cpu_capability())
"""
OTHER_KERNELS = [way for way in APART if way.capability]
THREADS = """
import torch
print(torch.get_num_threads())
"""


@pytest.mark.parametrize(
    ("text", "blamed"),
    [
        (WEIGHT, [PERTURBED]),
        (THREADS, [way for way in APART if way.threads > 1]),
        *[(KERNELS, kernels) for kernels in [OTHER_KERNELS] if kernels],
    ],
)
def test_a_snippet_with_too_many_digits_is_found_and_why_is_said(
    text, blamed, tmp_path
):
    store = Store(tmp_path / "runs")
    sources = {"part/chapter/name.py": text.encode()}
    found = digits.check({STRICT: sources}, store)
    said = [line.split("\n")[0] for line in found]
    assert said == [
        f"snippets/part/chapter/name.py run as {way} prints other than its .txt: "
        "print fewer digits, or a band over seeds"
        for way in [STRICT, *blamed]
    ]
    assert digits.check({PLAIN: sources}, store) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import book", "ModuleNotFoundError: No module named 'book'"),
        ("import os\nprint(os.listdir('.'))", "['name.py']"),
        ("import sys\nprint(1)\nprint('torch' in sys.modules)", "1\nFalse"),
    ],
)
def test_a_snippet_that_lives_off_the_book_is_found(text, message, tmp_path):
    sources = {"part/chapter/name.py": text.encode()}
    store = Store(tmp_path / "runs")
    plain = Result(stdout="1\n")  # as if it had gone well in the build
    store.put(key(text.encode()), plain)
    (found,) = digits.check({ALONE: sources}, store)
    assert message in found


def test_what_changed_is_checked_and_one_in_ten_of_the_others(tmp_path):
    sources = {f"part/chapter/n{k}.py": b"print(1)\n" for k in range(100)}

    def git(*arguments, date="2026-01-01T00:00:00"):
        environ = {**os.environ, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
        who = ["-c", "user.name=x", "-c", "user.email=x@localhost"]
        command = ["git", "-C", str(tmp_path), *who, *arguments]
        subprocess.run(command, check=True, capture_output=True, env=environ)

    def write(name, text="x"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    for name in sources:
        write(f"snippets/{name}")
    assert digits.chosen(tmp_path, sources) == sources  # no git
    git("init")
    write("requirements.txt", "torch==1\n")
    git("add", "--all")
    git("commit", "--message", "all")
    assert digits.chosen(tmp_path, sources) == sources  # all is new
    assert digits.ways(tmp_path, sources)[STRICT] == sources
    drawn = set()
    for day in range(3, 6):
        write("README.md", str(day))
        git("add", "--all")
        git("commit", "--message", "words", date=f"2026-01-0{day}T00:00:00")
        drawn = drawn | digits.chosen(tmp_path, sources).keys()
    few = set(digits.chosen(tmp_path, sources))
    assert 0 < len(few) < 30
    assert few < drawn  # others each time
    rest = sorted(set(sources) - few)
    write(f"snippets/{rest[0]}", "changed")
    assert set(digits.chosen(tmp_path, sources)) == {*few, rest[0]}
    ways = digits.ways(tmp_path, sources)
    assert list(ways) == [STRICT, ALONE]
    assert all(set(some) == {*few, rest[0]} for some in ways.values())
    ways = digits.ways(tmp_path, sources, full=True)
    assert set(ways) == set(variants_of(b"")) - {PLAIN} | {PERTURBED}
    assert not ways.pop(PERTURBED)  # nothing trains
    assert all(some == sources for some in ways.values())
    write("requirements.txt", "torch==1\npytest==2\n")
    assert len(digits.chosen(tmp_path, sources)) < 30
    write("requirements.txt", "torch==2\n")
    assert digits.chosen(tmp_path, sources) == sources
