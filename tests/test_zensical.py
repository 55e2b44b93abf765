"""Guards of the way out: Zensical renders the pages from the same mkdocs.yml.

The lab is left out: mkdocs-jupyter executes it, and Zensical has no plugins.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from book import outputs, tree
from book.runner import ROOT

ZENSICAL = Path(sys.executable).with_name("zensical")


def zensical(root):
    """Build the book at ``root``, whose outputs are there; return the process."""
    return subprocess.run(
        [ZENSICAL, "build"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def lost(root):
    """Return what the site that Zensical built of ``root`` does not show."""
    found = []
    for page, text in tree.pages(root).items():
        path = page.removesuffix(".md").removesuffix("index")
        html = root / "site" / path / "index.html"
        if not html.exists():
            found.append(f"{page}: not rendered")
            continue
        article = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
        shown = [code.text for code in article.select("pre code")]
        figures = len(article.select(".plot > svg"))
        for _, name, _ in tree.embeds(text):
            if name.endswith((".py", ".txt")):
                want = (root / "snippets" / name).read_text(encoding="utf-8")
                if want not in shown:
                    found.append(f"{page}: {name} is not shown as it is")
        if figures != text.count('.svg"\n'):
            found.append(f"{page}: shows {figures} figures")
        if text.count("\\label{") and "\\label{" not in str(article):
            found.append(f"{page}: its formulas are gone")
        if not article.select("script[src$='assets/mathjax/tex-chtml.js']"):
            found.append(f"{page}: does not load MathJax")
    return found


def test_zensical_renders_the_small_book(book):
    assert outputs.build(book.root).errors == []
    run = zensical(book.root)
    assert run.returncode == 0, run.stdout + run.stderr
    assert lost(book.root) == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (".cache/outputs/part/chapter/sums.txt", "sums.txt is not shown"),
        (".cache/outputs/part/chapter/sums.svg", "shows 0 figures"),
    ],
)
def test_what_zensical_loses_is_found(path, message, book):
    assert outputs.build(book.root).errors == []
    (book.root / path).write_text("other\n")
    zensical(book.root)
    assert any(message in text for text in lost(book.root))


def test_zensical_renders_the_book(tmp_path):
    root = tmp_path / "book"
    assert outputs.build(ROOT).errors == []
    shutil.copytree(ROOT / "docs", root / "docs")
    shutil.copytree(ROOT / "snippets", root / "snippets")
    shutil.copytree(ROOT / ".cache/outputs", root / ".cache/outputs")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config, labs = re.subn(r"\n  - Labs:\n( {6}.*\n)+", "\n", config)
    assert labs == 1
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")
    run = zensical(root)
    assert run.returncode == 0, run.stdout + run.stderr
    assert lost(root) == []
