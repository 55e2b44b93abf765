"""MkDocs calls these: run the snippets first, then hand over plain files."""

import errno
import logging
import os
import posixpath
import shutil
import socket
import sys
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url

sys.path.insert(0, str(Path(__file__).parents[2]))

from book.publish import lab, pages, saves
from book.render import font, formulas, mathjax
from book.run import pool
from book.run.progress import Progress
from book.run.variables import FOREIGN
from book.write import outputs

log = logging.getLogger("mkdocs.plugins.book")
SHEET, FONT = "assets/site.css", "assets/book-math.woff2"
state = {
    "serve": False,
    "again": False,  # this is a build after a save
    "writing": "",
    "page": "",
    "sheets": [],
    "report": None,  # of the outputs of this build
    "built": saves.Built(),
}


def on_startup(command, dirty):
    """Load torch in the background while the first page is served."""
    state["serve"] = command == "serve"
    if state["serve"]:
        pool.warm_up()


def _bind(host, port):
    """Stop at once if MkDocs could not serve here: it tries after the whole build."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise Abort(
            f"cannot serve on {host}:{port}: {error.strerror.partition(' (')[0]}; "
            f"take another port: make serve PORT={port + 1}, "
            f"or mkdocs serve --dev-addr {host}:{port + 1}"
        ) from None


def _root(config):
    return Path(config.config_file_path).absolute().parent


def _formulas(root):
    return root / ".cache" / "formulas"


def on_config(config):
    """Say where embedded files lie, whatever folder MkDocs was started in."""
    if state["serve"] and not state["again"]:  # later the port is this server's own
        _bind(*config.dev_addr)
    root = _root(config)
    written, snippets = str(root / ".cache" / "outputs"), str(root / "snippets")
    config.mdx_configs["pymdownx.snippets"]["base_path"] = [written]
    places = {"snippets": snippets, "outputs": written}
    config.mdx_configs["book.render.programs"] = places
    config.mdx_configs["book.render.formulas"] = {
        "cache": str(_formulas(root) / "mathml.json")
    }
    glossary = root / "docs" / "reference" / "glossary.md"
    config.mdx_configs["book.render.blocks"] = {"glossary": str(glossary)}
    # mkdocs.yml names four style sheets, which other generators link to one by one.
    # MkDocs is told of one, into which on_files puts all four.
    state["sheets"], config.extra_css = config.extra_css, [SHEET]
    folder = lab.cache_folder(root)
    config.plugins["mkdocs-jupyter"].config["cache_dir"] = str(folder)
    config.watch = [*config.watch, snippets]
    if state["again"]:
        saves.leave_search(config)
    # What the kernel of a lab inherits: the book's style, one thread, and nothing of
    # what the author's shell says to Python, torch or matplotlib.
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    style = Path(pool.__file__).with_name("book.mplstyle")
    os.environ["MATPLOTLIBRC"] = str(style)
    os.environ["OMP_NUM_THREADS"] = "1"
    return config


def on_pre_build(config):
    """Run what is stale; stop the build, or warn, as the command asks."""
    root = _root(config)
    state["writing"] = ""
    report = outputs.build(root, progress=Progress())
    state["report"] = report
    problems = report.errors if state["serve"] else report.errors + report.differences
    if problems:
        raise PluginError("\n\n".join(["the book has errors", *problems]))
    for text in report.differences:
        log.warning(text)
    lab.drop_damaged(Path(config.plugins["mkdocs-jupyter"].config["cache_dir"]))


def on_serve(server, config, builder):
    """Build what a save has changed; serve the last good site while it is broken."""
    state["again"] = True

    def build():
        try:
            saves.build_again(config)
        except Abort:
            log.error("The site is still the one from before. Mend this, and save.")

    server.builder = build
    return server


def on_files(files, config):
    """Add the downloads and the font of formulas, which lie outside ``docs``."""
    state["writing"] = config.site_dir
    root = _root(config)
    downloads = root / ".cache" / "outputs"
    for path in sorted((downloads / "downloads").rglob("*.*")):
        uri = path.relative_to(downloads).as_posix()
        files.append(File.generated(config, uri, abs_src_path=str(path)))
    # One style sheet, as each costs a phone a round trip before it paints anything.
    sheets = [root / "docs" / name for name in state["sheets"]]
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    files.append(File.generated(config, SHEET, content=text))
    made = str(font.make(_formulas(root)))
    files.append(File.generated(config, FONT, abs_src_path=made))
    if state["serve"]:
        state["built"].compare(state["report"], config, files)
    return files


def on_post_build(config):
    """Remember what the pages were built of."""
    state["built"].keep()


def on_env(env, config, files):
    """Keep compiled templates: MkDocs makes a new environment for each build."""
    folder = _root(config) / ".cache" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    return env


def on_page_markdown(markdown, page, config, files):
    """Remember which page is read: a formula that is wrong does not know it."""
    state["page"] = page.file.src_uri


def on_page_content(html, page, config, files):
    """Add to a page what Markdown did not: a description, tab stops, line breaks."""
    if page.file.src_uri.endswith(".ipynb"):
        html = _lab(html, page, config, files)
    page.meta.setdefault("description", pages.description(html))
    html = pages.exclude_from_search(html)
    html = pages.wrap_tables(html)
    html = pages.let_keyboard_reach(html)
    return pages.let_names_break(html)


def on_post_page(output, page, config):
    """Mend what the theme writes around a page."""
    return pages.mend_theme(output)


def on_post_template(output, template_name, config):
    """Mend the page that is shown for one that is not there."""
    return pages.mend_theme(output) if template_name.endswith(".html") else output


def _lab(html, page, config, files):
    """Show a lab in the book's own style, without JupyterLab's."""

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
        html = lab.restyle(html, Path(page.file.abs_src_path), folder, resolve)
        known = mathjax.store(str(_formulas(_root(config)) / "mathml.json"))
        return formulas.typeset(html, known)
    except ValueError as error:
        raise PluginError(str(error)) from None


def on_build_error(error):
    """Say what a traceback would hide; leave no half-built site behind."""
    if state["writing"] and not state["serve"]:
        shutil.rmtree(state["writing"], ignore_errors=True)
    if type(error).__name__ == "CellExecutionError":
        log.error(lab.failure(error))
    elif isinstance(error, mathjax.FormulaError):
        log.error(f"docs/{state['page']}: {error}")
    elif isinstance(error, OSError) and error.errno in (
        errno.ENOSPC,
        errno.EDQUOT,
    ):
        log.error(f"the disk is full: {error.filename2 or error.filename or os.curdir}")
    else:
        return
    raise Abort("Aborted with an error!")  # without a traceback, under serve too
