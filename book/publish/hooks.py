"""MkDocs calls these: run the snippets first, then hand over plain files."""

import errno
import logging
import os
import shutil
import sys
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.files import File

sys.path.insert(0, str(Path(__file__).parents[2]))

from book.publish import lab, saves, search
from book.render import mathjax, pages
from book.run import pool
from book.run.progress import Progress
from book.write import outputs

log = logging.getLogger("mkdocs.plugins.book")
state = {
    "serve": False,
    "again": False,  # this is a build after a save
    "writing": "",
    "report": None,  # of the outputs of this build
    "built": saves.Built(),
    "also": {},  # what the search finds headings by, besides their words
}


def on_startup(command, dirty):
    """Load torch in the background while the first page is served."""
    state["serve"] = command == "serve"
    if state["serve"]:
        pool.warm_up()


def _root(config):
    return Path(config.config_file_path).absolute().parent


def on_config(config):
    """Say where embedded files lie, whatever folder MkDocs was started in."""
    if state["serve"] and not state["again"]:  # later the port is this server's own
        saves.bind(*config.dev_addr)
    root = _root(config)
    written, snippets = str(root / ".cache" / "outputs"), str(root / "snippets")
    config.mdx_configs["pymdownx.snippets"]["base_path"] = [written]
    places = {"snippets": snippets, "outputs": written}
    config.mdx_configs["book.render.programs"] = places
    config.mdx_configs["book.render.formulas"] = {"cache": str(root / mathjax.CACHE)}
    glossary = root / "docs" / "reference" / "glossary.md"
    config.mdx_configs["book.render.blocks"] = {"glossary": str(glossary)}
    folder = lab.cache_folder(root)
    config.plugins["mkdocs-jupyter"].config["cache_dir"] = str(folder)
    config.watch = [*config.watch, snippets]
    if state["again"]:
        saves.leave_search(config)
    lab.prepare_environment()
    return config


def on_pre_build(config):
    """Run what is stale; stop the build, or warn, as the command asks."""
    root = _root(config)
    state["writing"], state["also"] = "", {}
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
    """Add the downloads and the style sheet, which lie outside ``docs``."""
    state["writing"] = config.site_dir
    folder = _root(config) / ".cache" / "outputs" / "site"
    for path in sorted(folder.rglob("*.*")):
        uri = path.relative_to(folder).as_posix()
        files.append(File.generated(config, uri, abs_src_path=str(path)))
    if state["serve"]:
        state["built"].compare(state["report"], config, files)
    return files


def on_post_build(config):
    """Remember what the pages were built of; mend the search, and add to its index."""
    state["built"].keep()
    search.mend_worker(config.site_dir)
    if not state["again"]:  # after a save the index stays
        index = Path(config.site_dir, "search", "search_index.json")
        search.amend(index, state["also"])


def on_env(env, config, files):
    """Keep compiled templates: MkDocs makes a new environment for each build."""
    folder = _root(config) / ".cache" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    return env


def on_page_content(html, page, config, files):
    """Show a lab in the book's own style; let a page describe itself."""
    if page.file.src_uri.endswith(".ipynb"):
        html = pages.finish(lab.show(html, page, config, files))
    page.meta.setdefault("description", pages.description(html))
    state["also"].update(search.also(html, page.url))
    return html


def on_post_page(output, page, config):
    """Mend what the theme writes around a page."""
    return pages.mend_theme(output)


def on_post_template(output, template_name, config):
    """Mend the page that is shown for one that is not there."""
    return pages.mend_theme(output) if template_name.endswith(".html") else output


def on_build_error(error):
    """Say what a traceback would hide; leave no half-built site behind."""
    if state["writing"] and not state["serve"]:
        shutil.rmtree(state["writing"], ignore_errors=True)
    if type(error).__name__ == "CellExecutionError":
        log.error(lab.failure(error))
    elif isinstance(error, OSError) and error.errno in (
        errno.ENOSPC,
        errno.EDQUOT,
    ):
        log.error(f"the disk is full: {error.filename2 or error.filename or os.curdir}")
    elif not isinstance(error, mathjax.FormulaError):  # MkDocs has said where
        return
    raise Abort("Aborted with an error!")  # without a traceback, under serve too
