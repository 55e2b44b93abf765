"""Guards of the snippets: whole programs whose digits hold on other machines."""

import ast
import re
from pathlib import PurePosixPath

import pytest

from book import outputs, runner, tree
from book.runner import ROOT

SNIPPETS = tree.snippets(ROOT)


def committed(name):
    path = ROOT / "snippets" / PurePosixPath(name).with_suffix(".txt")
    return path.read_text(encoding="utf-8") if path.exists() else ""


def other_digits(sources, expected, variant, store):
    """Return a line for each snippet that prints other digits as ``variant``."""
    found = []
    # This is a check of digits, not of seconds.
    limit = 10 * runner.TIME_LIMIT
    results = runner.run(sources, store, variant=variant, limit=limit)
    for name, result in results.items():
        if result.error or result.stdout != expected(name):
            found.append(
                f"snippets/{name} run as {variant} prints other than its .txt: print "
                f"fewer digits, or a band over seeds\n{result.error}{result.stdout}"
            )
    return found


def test_one_of_the_variants_is_python_name_py_in_an_empty_folder():
    assert [variant.alone for variant in runner.ELSEWHERE].count(True) == 1


@pytest.mark.parametrize("variant", [runner.PLAIN, *runner.ELSEWHERE], ids=str)
def test_the_digits_hold_alone_with_other_kernels_and_threads(variant):
    found = other_digits(SNIPPETS, committed, variant, outputs.store(ROOT))
    assert found == []


def test_the_digits_of_a_training_hold_if_its_weights_are_perturbed():
    training = {n: text for n, text in SNIPPETS.items() if runner.trains(text)}
    assert training
    store = outputs.store(ROOT)
    assert other_digits(training, committed, runner.PERTURBED, store) == []
    results = runner.run(training, store, variant=runner.PERTURBED)
    assert [name for name, result in results.items() if not result.perturbed] == []


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
    if runner.trains(source) and "float64" not in text:
        found.append(f"{name}: it trains in float32: set_default_dtype(torch.float64)")
    random = re.search(r"\brandn?\(|randperm|randint|nn\.Linear|rand_like", text)
    if "import torch" in text and random and "manual_seed(" not in text:
        found.append(f"{name}: it draws random numbers without a seed")
    if not runner.trains(source) and any(map(_updates, ast.walk(ast.parse(text)))):
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


def test_a_snippet_with_too_many_digits_is_found(tmp_path):
    text = """
import torch
torch.manual_seed(0)
weight = torch.nn.Parameter(torch.randn(3, dtype=torch.float64))
torch.optim.SGD([weight], lr=0.1)
print(f"{weight.sum().item():.15f}")
"""
    store = runner.Store(tmp_path / "runs")
    sources = {"part/chapter/name.py": text.encode()}
    plain = runner.run(sources, store)["part/chapter/name.py"].stdout
    found = other_digits(sources, lambda _: plain, runner.PERTURBED, store)
    assert len(found) == 1
    assert "snippets/part/chapter/name.py run as" in found[0]
    assert other_digits(sources, lambda _: plain, runner.PLAIN, store) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import book", "ModuleNotFoundError: No module named 'book'"),
        ("import warnings\nwarnings.warn('old')", "UserWarning: old"),
        ("print(2)", "prints other than its .txt"),
        ("import sys\nprint(1)\nsys.exit(3)", "its process ended with exit code 3"),
        ("import os\nprint(os.listdir('.'))", "['name.py']"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_snippet_that_needs_the_book_or_prints_otherwise_is_found(
    text, message, tmp_path
):
    store = runner.Store(tmp_path / "runs")
    alone = runner.ELSEWHERE[0]
    good = {"part/chapter/name.py": b"print(1)"}
    assert other_digits(good, lambda _: "1\n", alone, store) == []
    bad = {"part/chapter/name.py": text.encode()}
    (found,) = other_digits(bad, lambda _: "1\n", alone, store)
    assert message in found
