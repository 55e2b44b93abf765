"""Labs: notebooks that mkdocs-jupyter executes, shown in the book's style.

mkdocs-jupyter puts JupyterLab's style sheet (half a megabyte) into each page
and loads images without a description; what is kept here is the content.
"""

import base64
import hashlib
import json
import os
import posixpath
import re
import shutil
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.utils import get_relative_url

from book.render import formulas, mathjax
from book.run import pool
from book.run.cache import environment, write
from book.run.variables import FOREIGN


def cache_folder(root):
    """Return where mkdocs-jupyter caches: another folder for another torch.

    It keys its cache on the notebook alone. Folders of other environments are
    removed.
    """
    parent = Path(root) / ".cache" / "labs"
    folder = parent / environment()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    for other in parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return folder


def prepare_environment():
    """Set what the kernel of a lab inherits: the book's style, and one thread.

    Nothing of what the author's shell says to Python, torch or matplotlib is left.
    """
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    style = Path(pool.__file__).with_name("book.mplstyle")
    os.environ["MATPLOTLIBRC"] = str(style)
    os.environ["OMP_NUM_THREADS"] = "1"


def drop_damaged(folder):
    """Remove entries that a killed build left half-written."""
    for path in folder.glob("*.json"):
        try:
            json.loads(path.read_bytes())
        except ValueError:
            path.unlink()


def failure(error):
    """Return what a reader of the log needs of a CellExecutionError."""
    return (
        f"a lab stops with {error.ename}: {error.evalue}\nin the cell that begins "
        f"with: {_cell_of(error)}\nRun the notebook under docs/labs and mend it."
    )


def _cell_of(error):
    """Find the first line of the failed cell in nbclient's message."""
    lines = [line for line in str(error).splitlines() if line.strip("- ")]
    return next((line for line in lines if not line.startswith("An error")), "")


def show(html, page, config, files):
    """Return the HTML of mkdocs-jupyter, of a ``page`` of MkDocs, without its style."""

    def resolve(link):
        path, _, anchor = link.partition("#")
        uri = posixpath.normpath(
            posixpath.join(posixpath.dirname(page.file.src_uri), path)
        )
        target = files.get_file_from_path(uri)
        if target is None:
            raise PluginError(
                f"docs/{page.file.src_uri}: links to {link}: no such page"
            )
        return get_relative_url(target.url, page.url) + (anchor and f"#{anchor}")

    folder = Path(config.plugins["mkdocs-jupyter"].config["cache_dir"])
    try:
        html = restyle(html, Path(page.file.abs_src_path), folder, resolve)
        known = mathjax.store(config.mdx_configs["book.render.formulas"]["cache"])
        return formulas.typeset(html, known)
    except ValueError as error:
        raise PluginError(str(error)) from None


# Around what a cell prints.
BEFORE = (
    '<div class="language-text highlight no-copy">'
    '<span class="filename">Output</span><pre><code>'
)
AFTER = "</code></pre></div>"


def restyle(html, notebook, folder, resolve):
    """Return the HTML of mkdocs-jupyter as the book's own pages look.

    ``resolve`` turns a link to a .md file into one to the built page.
    Raises ValueError if a figure has no description, or a cell writes to stderr.
    """
    source = notebook.read_bytes()
    own = Path(__file__).read_bytes()
    key = hashlib.sha256(html.encode() + source + own).hexdigest()
    path = folder / f"{key}.html"
    if not path.exists():
        for old in folder.glob("*.html"):
            old.unlink()
        write(path, _restyled(html, notebook, source, resolve).encode())
    return path.read_text(encoding="utf-8")


def _restyled(html, notebook, source, resolve):
    from bs4 import BeautifulSoup

    cells = [c for c in json.loads(source)["cells"] if c["cell_type"] == "code"]
    alts = [cell["metadata"].get("alt", "") for cell in cells]
    soup = BeautifulSoup(html, "html.parser")
    parts = [
        f'<p><a href="{notebook.name}" download>Download this notebook</a> '
        "(.ipynb) and run it from top to bottom.</p>"
    ]
    number = -1
    for cell in soup.select("[id^='cell-id=']"):
        if "jp-MarkdownCell" in cell["class"]:
            parts.append(_prose(soup, cell.select_one(".jp-RenderedMarkdown"), resolve))
            continue
        number += 1
        code = cell.select_one(".highlight-ipynb pre")
        code.name = "code"
        parts.append(
            f'<div class="language-python highlight no-copy"><pre>{code}</pre></div>'
        )
        where = f"{notebook.name}, code cell {number + 1}"
        outputs = [
            _output(output, alts[number], where, f"lab{number}")
            for output in cell.select(".jp-OutputArea-output")
        ]
        # What a cell prints over some time comes in several pieces.
        parts.append("".join(outputs).replace(AFTER + BEFORE, ""))
    return "\n".join(parts)


def _prose(soup, block, resolve):
    """Return the HTML of a Markdown cell: headings, links and formulas."""
    for link in block.select("a.anchor-link"):
        link["class"], link["title"] = "headerlink", "Permanent link"
    for link in block.select("a[href]"):
        if re.search(r"\.md(#|$)", link["href"]):
            link["href"] = resolve(link["href"])
    for text in block.find_all(string=re.compile(r"\$")):
        if text.find_parent(["code", "pre"]):
            continue
        for part in re.split(r"(\$\$.+?\$\$|\$.+?\$)", text, flags=re.DOTALL):
            formula = part.strip("$")
            if part == formula:
                text.insert_before(part)
                continue
            span = soup.new_tag("span", attrs={"class": "arithmatex"})
            display = part.startswith("$$")
            span.string = f"\\[{formula}\\]" if display else f"\\({formula}\\)"
            text.insert_before(span)
        text.extract()
    return block.decode_contents()


def _output(output, alt, where, prefix):
    """Return the HTML of one output: text, or a figure with its description."""
    kind = output.get("data-mime-type", "")
    if kind == "application/vnd.jupyter.stderr":
        raise ValueError(f"{where}: it writes to stderr: {output.text.strip()}")
    image = output.select_one("img")
    if image is None:
        return BEFORE + output.select_one("pre").decode_contents() + AFTER
    if not alt:
        raise ValueError(
            f'{where}: a figure without a description: set "alt" in its metadata'
        )
    from html import escape

    from book.run.svg import themed

    svg = base64.b64decode(image["src"].split(",", 1)[1]).decode()
    svg = themed(svg, alt, alt, prefix)
    return (
        f'<figure><div class="plot" role="img" aria-label="{escape(alt)}">'
        f"{svg}</div></figure>"
    )
