"""A pytest plugin: pytest-codeblocks checks every Python block of every page.

pytest-codeblocks reads raw Markdown and takes only fences spelt ``python``. So
each page is rendered first, as the reader sees it: ``:::`` shows its program, and a
block is Python because the page shows it as Python, however its fence is spelt.
It is run as a snippet is (see book/run), in an empty folder. What it must print
stands in the block titled "Output" under it, or above it if it is folded.
"""

import io
from functools import cache

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown
from mkdocs.config import load_config
from pygments.lexers import PythonConsoleLexer, PythonLexer, get_lexer_by_name
from pygments.util import ClassNotFound
from pytest_codeblocks.main import extract_from_buffer
from pytest_codeblocks.plugin import MarkdownFile, TestBlock

from book import ROOT
from book.run import pool
from book.write import outputs

FENCE = "`" * 12
EMBEDDING = ("pymdownx.snippets", "book.render.programs")


def pytest_collect_file(file_path, parent):
    """Take every Markdown page below the paths that pytest is given."""
    if file_path.suffix == ".md":
        return Page.from_parent(parent, path=file_path)
    return None


class Page(MarkdownFile):
    """A page; its items are its Python blocks, in the order of the page."""

    def collect(self):
        """Yield a test for each Python block of the rendered page."""
        text = self.path.read_text(encoding="utf-8")
        # README.md and its like are read as they are: nothing embeds a file.
        found = blocks(text, embeds=self.path.is_relative_to(ROOT / "docs"))
        for number, (title, code, output) in enumerate(found, 1):
            item = Block.from_parent(parent=self, name=f"{number} {title}".strip())
            text = f"{FENCE}python\n{code}{FENCE}\n"
            text += "<!--pytest-codeblocks:expected-output-->\n"
            text += f"{FENCE}\n{output}{FENCE}\n"
            (item.obj,) = extract_from_buffer(io.StringIO(text))
            yield item


class Block(TestBlock):
    """A block that is a program of its own."""

    def runtest(self):
        """Run the block in a process of its own; compare what it prints."""
        sources = {"copied.py": self.obj.code.encode()}
        result = pool.run(sources, outputs.store(ROOT))["copied.py"]
        if result.error:
            raise RuntimeError(result.error)
        self.obj.code = f"print({result.stdout!r}, end='')"
        super().runtest()

    def repr_failure(self, excinfo):
        """Name the page and the block."""
        return f"{self.nodeid}\n{excinfo.value}"


@cache
def _config():
    report = outputs.build(ROOT)
    if report.errors:
        raise pytest.UsageError("\n".join(report.errors))
    return load_config(str(ROOT / "mkdocs.yml"))


@cache
def render(text, embeds=True):
    """Return the HTML of a page, with the extensions of mkdocs.yml."""
    config = _config()
    written = str(ROOT / ".cache" / "outputs")
    options = {
        **config.mdx_configs,
        "pymdownx.snippets": {"base_path": [written], "check_paths": True},
        "book.render.programs": {
            "snippets": str(ROOT / "snippets"),
            "outputs": written,
        },
    }
    extensions = [
        name for name in config.markdown_extensions if embeds or name not in EMBEDDING
    ]
    return Markdown(extensions=extensions, extension_configs=options).convert(text)


def blocks(text, embeds=True):
    """Return (title, code, output) of each Python block of a page's Markdown.

    Raises ValueError for a console session, which cannot be copied and run.
    """
    found = []
    for code in BeautifulSoup(render(text, embeds), "html.parser").select("pre code"):
        lexer = _lexer(code)
        if lexer is PythonConsoleLexer:
            raise ValueError(f"a console session: write a program: {code.text[:60]}")
        if lexer is not PythonLexer:
            continue
        block = code.find_parent(class_="highlight") or code.parent
        name = block.select_one(".filename")
        folded = block.find_parent(class_="program")
        after = folded.select_one(".no-copy") if folded else block.find_next_sibling()
        output = ""
        if after is not None and after.select_one(".filename"):
            if after.select_one(".filename").text == "Output":
                output = after.select_one("code").text
        found.append((name.text if name else "", code.text, output))
    return found


def _lexer(code):
    """Return the lexer of the language that the block is shown in, or None."""
    for element in (code, *code.parents):
        for name in element.get("class") or []:
            if name.startswith("language-"):
                try:
                    return type(get_lexer_by_name(name.removeprefix("language-")))
                except ClassNotFound:
                    return None
    return None
