"""Guards of form: Python is formatted and linted, prose is spelt right."""

import subprocess
import sys
from pathlib import Path

import pytest

from book import ROOT

CHECKS = {
    "format": ["ruff", "format", "--check"],
    "lint": ["ruff", "check"],
    "spelling": ["typos"],
}


def check(name, *paths):
    """Run a check over the tree, or ``paths``; return the finished process."""
    tool, *arguments = CHECKS[name]
    return subprocess.run(
        [Path(sys.executable).with_name(tool), *arguments, *paths],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", CHECKS)
def test_the_tree_is_clean(name):
    run = check(name)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("format", "x  =  1\n"),
        ("lint", "import os\n"),
        ("spelling", "# re" + "cieve\n"),
    ],
)
def test_what_is_not_clean_is_found(name, text, tmp_path):
    path = tmp_path / "name.py"
    path.write_text(text)
    run = check(name, "--config", str(ROOT / "pyproject.toml"), str(path))
    assert "name.py" in run.stdout
    assert run.returncode != 0
