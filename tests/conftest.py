"""Fixtures: a small book to break, and the built site of the real one."""

import ast
import os
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

# Before torch is imported anywhere: see book/run/preload.py.
os.environ["OMP_NUM_THREADS"] = "1"

import pytest
from click.testing import CliRunner
from filelock import FileLock
from mkdocs.__main__ import cli

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

PAGE = """# A chapter

::: part/chapter/sums open

<figure markdown="1">
<div class="plot" role="img" aria-label="A rising line.">
--8<-- "part/chapter/sums.svg"
</div>
<figcaption markdown="span">It rises.</figcaption>
</figure>
"""

SNIPPET = '''"""Does the sum of three ones equal three?"""

import matplotlib.pyplot as plt
import torch

print(f"sum {torch.ones(3).sum().item():.0f}")
fig, ax = plt.subplots()
ax.plot([0, 1], [0, 1], color="C1", label="line")
ax.set_xlabel("step")
ax.set_ylabel("loss (nats)")
plt.show()
'''


def recipe(snippet, name, *change):
    """Return a function or class of a snippet, without running the rest of it."""
    text = (ROOT / f"snippets/{snippet}.py").read_text(encoding="utf-8")
    for old, new in change:
        assert text.count(old) == 1
        text = text.replace(old, new)
    taken = [
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        or getattr(node, "name", None) == name
    ]
    namespace = {}
    exec(compile(ast.Module(taken, []), snippet, "exec"), namespace)
    return namespace[name]


def free_port():
    """Return a port at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def unchanged():
    """Undo what the hooks of the book change in the process that MkDocs runs in."""
    with patch.dict(os.environ), patch.object(sys, "path", list(sys.path)):
        yield


class Book:
    """A small book in a folder of its own, with the real machinery."""

    def __init__(self, root, runs=None):
        """Make it in ``root``; ``runs`` is a cache of runs to begin with."""
        self.root = root
        self.page = root / "docs/part/chapter.md"
        self.snippet = root / "snippets/part/chapter/sums.py"
        self.output = self.snippet.with_suffix(".txt")
        self.site = root / "site"
        self.write("docs/index.md", "# Front\n")
        self.write("docs/part/chapter.md", PAGE)
        self.write("snippets/part/chapter/sums.py", SNIPPET)
        self.write("snippets/part/chapter/sums.txt", "sum 3\n")
        if runs:
            shutil.copytree(runs, root / ".cache/runs")
        for name in ("book", "tests", "pyproject.toml"):
            (root / name).symlink_to(ROOT / name)
        config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
        config = config[: config.index("\nnav:")]
        self.write("mkdocs.yml", config + "\nnav: [index.md, part/chapter.md]\n")
        shutil.copytree(ROOT / "docs/assets", root / "docs/assets")

    def write(self, name, text):
        """Write ``text`` (str or bytes) to the file ``name`` of this book."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def replace(self, path, old, new):
        """Replace ``old``, which must be there, by ``new``."""
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *arguments, **env):
        """Run ``python -m ...`` in this book; return the finished process."""
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self.root,
            env={**os.environ, "CI": "false", **env},
            capture_output=True,
            text=True,
            timeout=300,
        )

    def build(self):
        """Build the site strictly, as ``make site`` does, in this process.

        Returns what ``run`` would: another process takes four seconds to begin.
        """
        config = str(self.root / "mkdocs.yml")
        build = ["build", "--strict", "--config-file", config]
        with unchanged():
            result = CliRunner().invoke(cli, build, env={"CI": "false"})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return subprocess.CompletedProcess(
            build, result.exit_code, result.stdout, result.stderr
        )


def shared(tmp_path_factory):
    """Return a folder that all workers of this run of pytest see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Return a cache in which the small book's snippet has run, once for all."""
    from book.run import pool
    from book.run.cache import Store

    folder = shared(tmp_path_factory) / "runs"
    with FileLock(f"{folder}.lock"):
        pool.run({"sums.py": SNIPPET.encode()}, Store(folder))
    return folder


@pytest.fixture
def book(tmp_path, runs):
    """Return a small book that builds; its snippet has run."""
    return Book(tmp_path / "book", runs)


@pytest.fixture
def cold_book(tmp_path):
    """Return a small book that builds, with nothing cached."""
    return Book(tmp_path / "book")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Return the folder of the book's own site, built strictly.

    `make test` has built it, and says where in ``BOOK_SITE``; else it is built once
    for all workers.
    """
    if os.environ.get("BOOK_SITE"):
        return ROOT / os.environ["BOOK_SITE"]
    base = shared(tmp_path_factory)
    folder, done = base / "site", base / "site.done"
    with FileLock(base / "site.lock"):
        if not done.exists():
            build = ["mkdocs", "build", "--strict", "--site-dir", folder]
            run = subprocess.run(
                [sys.executable, "-m", *build],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert run.returncode == 0, run.stdout + run.stderr
            done.touch()
    return folder


@pytest.fixture(scope="session")
def address(site):
    """Serve the book's site; return its address."""
    from tests import browser

    with browser.served(site) as url:
        yield url


@pytest.fixture(scope="session")
def launched():
    """Return a function that returns a browser: the same one, as long as it lives."""
    from tests import browser

    with ExitStack() as stack:
        instance = None

        def living():
            nonlocal instance
            if instance is None or not instance.is_connected():
                instance = stack.enter_context(browser.browser())
            return instance

        yield living


@pytest.fixture
def chromium(launched):
    """Return a real browser, which has nothing open."""
    instance = launched()
    yield instance
    for context in instance.contexts:
        context.close()


# What Playwright says when a browser, or a page of it, is gone: a busy machine may end
# one. The test is tried once more, and the run says so; what it finds is no crash.
CRASH = (
    "(?s)^(TargetClosed)?Error: .*(Target page, context or browser has been closed"
    "|Target crashed|Page crashed|Browser has been closed|Connection closed)"
)


def pytest_collection_modifyitems(items):
    """Let tests in a browser be tried once more if it crashes."""
    again = pytest.mark.flaky(
        reruns=1, only_rerun=[CRASH], rerun_except=["^AssertionError"]
    )
    browsing = {"chromium", "launched", "stage", "tab"}
    items = [i for i in items if browsing & set(getattr(i, "fixturenames", ()))]
    for item in items:
        item.add_marker(again)
    if items:
        from book.setup import chromium

        try:
            chromium.find()
        except RuntimeError as error:  # said once, and not by each test
            raise pytest.UsageError(str(error)) from None
