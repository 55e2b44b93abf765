"""Guards of the snippets: whole programs whose digits hold on other machines."""

import ast
import os
import re
import subprocess
import sys
from pathlib import PurePosixPath

import pytest

from book import outputs, runner, tree
from book.runner import ROOT

SNIPPETS = tree.snippets(ROOT)


def committed(name):
    path = ROOT / "snippets" / PurePosixPath(name).with_suffix(".txt")
    return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.mark.parametrize("name", SNIPPETS)
def test_python_name_py_in_an_empty_folder_prints_the_output(name, tmp_path):
    assert alone(SNIPPETS[name], tmp_path) == committed(name)


def alone(source, folder):
    """Return what a reader sees who runs the snippet without the book."""
    script = folder / "name.py"
    script.write_bytes(source)
    keep = ("PATH", "HOME", "LANG", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    environ = {name: os.environ[name] for name in keep if name in os.environ}
    run = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore:FigureCanvasAgg is non-interactive",
            "name.py",
        ],
        cwd=folder,
        env={**environ, "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.returncode == 0
    return run.stdout


def other_digits(sources, expected, variant, store):
    """Return a line for each snippet that prints other digits as ``variant``."""
    found = []
    # This is a check of digits, not of seconds: two threads on busy cores are
    # erratic, and one run may take many times as long as the next.
    limit = 10 * runner.TIME_LIMIT
    results = runner.run(sources, store, variant=variant, limit=limit)
    for name, result in results.items():
        if result.error or result.stdout != expected(name):
            found.append(
                f"snippets/{name} run as {variant} prints other than its .txt: print "
                f"fewer digits, or a band over seeds\n{result.error}{result.stdout}"
            )
    return found


@pytest.mark.parametrize("variant", [runner.PLAIN, *runner.ELSEWHERE], ids=str)
def test_the_digits_hold_with_other_kernels_and_threads(variant):
    found = other_digits(SNIPPETS, committed, variant, outputs.store(ROOT))
    assert found == []


def test_the_digits_of_a_training_hold_if_its_weights_are_perturbed():
    training = {name: text for name, text in SNIPPETS.items() if trains(text)}
    assert training
    store = outputs.store(ROOT)
    assert other_digits(training, committed, runner.PERTURBED, store) == []
    results = runner.run(training, store, variant=runner.PERTURBED)
    assert [name for name, result in results.items() if not result.perturbed] == []


def trains(source):
    return b"torch.optim" in source or b"optim." in source


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


@pytest.mark.parametrize("name", SNIPPETS)
def test_the_house_rules_hold(name):
    assert style(name, SNIPPETS[name]) == []


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


def test_a_snippet_that_needs_the_book_or_prints_otherwise_is_found(tmp_path):
    assert alone(b"print(1)", tmp_path) == "1\n"
    with pytest.raises(AssertionError):
        alone(b"import book", tmp_path)
    with pytest.raises(AssertionError):
        alone(b"import warnings\nwarnings.warn('old')", tmp_path)
