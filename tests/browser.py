"""What must hold of a built site, as functions that return problems.

Pages are opened in a real Chromium. Where there is none the tests fail: they
never pass without having looked.
"""

import re
import threading
from contextlib import contextmanager, suppress
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup
from playwright.sync_api import TimeoutError
from pygments.lexers import PythonLexer

from book.run import pool
from book.setup import chromium as machine
from book.write import outputs

FLAGS, chromium, browser = machine.FLAGS, machine.find, machine.launched
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
PYTHON = re.compile(rf"\blanguage-({'|'.join(PythonLexer.aliases)})(?!\S)")

# All that layout() in book.js had to lay out is laid out.
LAID = "!document.querySelector('.piecewise') || document.querySelector('[data-laid]')"

UNFOLD = "document.querySelectorAll('details').forEach(d => d.open = true)"

# All that was laid out is drawn, and observers have been told of it: they are at the
# end of the frame in which it was.
FRAMES = "new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))"

# Every formula is typeset, and what MathJax could not read is not hidden.
FORMULAS = """() => [...document.querySelectorAll(".arithmatex, math merror")]
  .filter(e => e.localName === "merror" || !e.querySelector("math")
    || !e.getBoundingClientRect().height)
  .map(e => "not typeset: " + e.textContent)"""

# What a reader sees outside of code, outputs and formulas.
RAW = r"""() => {
  const copy = document.body.cloneNode(true);
  const silent = "pre, code, script, style, svg, .arithmatex";
  for (const e of copy.querySelectorAll(silent)) e.remove();
  const marks = /\$\$|\\\(|\\\[|\$[^\s$\d][^$\n]*\$|--8<--|\{\{/g;
  return (copy.textContent.match(marks) ?? [])
    .map(mark => "raw markup is visible: " + mark);
}"""

# Ids and anchors once the scripts of the page have run.
ANCHORS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  const twice = ids.filter((id, k) => ids.indexOf(id) !== k);
  const dead = [...document.querySelectorAll("a[href^='#']:not([href='#'])")]
    .map(e => decodeURIComponent(e.getAttribute("href").slice(1)))
    .filter(name => !name.startsWith("__") && !ids.includes(name));
  return [...twice.map(id => `the id ${id} stands twice`),
          ...dead.map(name => `the anchor #${name} leads nowhere`)];
}"""

# The page is no wider than its window, and nothing is cut off at its edge. What a
# plot of an exploration cuts off, it cuts off on purpose (see tests/explorations).
WIDTH = """() => {
  const page = document.documentElement;
  const scrolls = "pre, .md-typeset__scrollwrap, .long, .formula";
  const wide = e => e.getBoundingClientRect().right > page.clientWidth + 1
    && !e.parentElement.closest(scrolls);
  const found = [...document.querySelectorAll(".arithmatex")]
    .filter(wide).map(e => e.dataset.tex ?? e.textContent);
  const inner = ".arithmatex *, .explore-view svg *";
  for (const e of document.querySelectorAll(`article *:not(${inner})`))
    if (!e.matches(".arithmatex") && wide(e) && !wide(e.parentElement))
      found.push(e.outerHTML.slice(0, 90));
  if (page.scrollWidth > page.clientWidth && !found.length)
    found.push("what makes it so is not in the text");
  return found.map(text => "is wider than a phone: " + text);
}"""

WORDLESS = """() => [...document.querySelectorAll("article img, article .plot")]
  .filter(e => !(e.getAttribute("alt") || e.getAttribute("aria-label")))
  .map(e => "a picture without words: " + e.outerHTML.slice(0, 90))"""

# How a function begins that needs luminance and contrast, as WCAG 2 defines them.
CONTRAST = """() => {
  const probe = document.createElement("canvas").getContext("2d");
  const light = colour => {
    probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...probe.getImageData(0, 0, 1, 1).data].map(byte => {
      const x = byte / 255;
      return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
"""

# Words of a figure have a contrast of 4.5 with the page, lines of 3; grids,
# shading and colour maps are faint on purpose.
FAINT = (
    CONTRAST
    + """
  const body = getComputedStyle(document.body);
  const paper = body.backgroundColor;
  const grid = light(body.getPropertyValue("--book-grid"));
  const found = new Set();
  for (const e of document.querySelectorAll(".plot svg *")) {
    const style = getComputedStyle(e);
    if (e.tagName === "text" && contrast(style.fill, paper) < 4.5)
      found.add(`words of a figure are faint, ${style.fill}: ${e.textContent}`);
    if (e.tagName === "path" && style.stroke !== "none" && !e.closest("defs")
        && style.strokeOpacity === "1" && style.opacity === "1"
        && light(style.stroke) !== grid && contrast(style.stroke, paper) < 3)
      found.add(`a line of a figure is faint, ${style.stroke}`);
  }
  return [...found];
}"""
)

# The blocks of a page: classes, title, text, and the output of a program, which
# stands under it (folded, if it is long) or, if the program is folded, above.
BLOCKS = """() => [...document.querySelectorAll("article .highlight")].map(block => {
  const title = e => e?.querySelector(":scope > .filename")?.textContent ?? "";
  const code = e => e.querySelector("code").textContent;
  const folded = block.closest(".program");
  const below = block.nextElementSibling;
  const next = folded ? folded.querySelector(".no-copy")
    : below?.matches(".printed") ? below.querySelector(".highlight") : below;
  return {
    classes: block.className, title: title(block), code: code(block),
    output: next !== block && title(next) === "Output" ? code(next) : "",
    buttons: block.querySelectorAll("[data-md-type=copy]").length,
  };
})"""


# Material gives a program its button when it is near the window: go to the first that
# has none yet, until there is none.
BUTTONS = """() => {
  const copied = "article .highlight:not(.no-copy)";
  const next = document.querySelector(`${copied}:not(:has([data-md-type=copy]))`);
  next?.scrollIntoView();
  return !next;
}"""

# Colours change at once, and nothing moves.
STILL = """*, ::before, ::after {
  transition: none !important; animation: none !important;
}"""
# Material takes the scheme of the system only when a page is opened.
TURN = """wanted => {
  if ((document.body.dataset.mdColorScheme ?? wanted) !== wanted)
    document.querySelector("label[for^=__palette]:not([hidden])").click();
}"""
TURNED = """wanted => (document.body.dataset.mdColorScheme ?? wanted) === wanted
  && !("mdColorSwitching" in document.body.dataset)"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def served(site):
    """Serve the folder ``site``; yield its address."""
    handler = partial(_Quiet, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def pages(site):
    """Return the pages of a built site: paths that end with a slash, or empty."""
    paths = sorted(Path(site).rglob("index.html"))
    return [p.parent.relative_to(site).as_posix() + "/" for p in paths]


@cache
def parsed(path):
    """Return the tree of a page of a built site, to look at and not to change."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@contextmanager
def opened(context, address, page, found=None, size=WIDE, folded=False):
    """Open a page, with its answers unfolded unless ``folded``; yield the tab.

    What the page says and asks for that it should not is added to ``found``, up to
    the answer to its last request. Raises LookupError for a page that is not there.
    """
    found = [] if found is None else found
    asked = []
    tab = context.new_page()
    tab.set_default_timeout(120_000)  # milliseconds, for a busy machine

    def failed(response):
        if response.status >= 400:
            found.append(f"answers {response.status}: {response.url}")

    def requested(request):
        asked.append(request)
        if urlsplit(request.url).netloc not in ("", urlsplit(address).netloc):
            found.append(f"asks another host: {request.url}")

    tab.on("console", lambda m: found.append(m.text) if m.type == "error" else None)
    tab.on("pageerror", lambda error: found.append(f"script error: {error}"))
    tab.on("requestfailed", lambda r: found.append(f"request failed: {r.url}"))
    tab.on("response", failed)
    tab.on("request", requested)
    try:
        tab.set_viewport_size(size)
        answer = tab.goto(urljoin(address, page))
        if answer and not answer.ok:  # what is not there is never laid out
            raise LookupError(f"{page} answers {answer.status}")
        tab.wait_for_function(LAID)
        tab.evaluate("document.fonts.ready")
        if not folded:
            tab.evaluate(UNFOLD)
        yield tab
        for request in asked:  # what is asked meanwhile comes to its end
            response = request.response()
            if response:
                response.finished()
    finally:
        tab.close()


def resize(tab, size):
    """Give a window another size; it is drawn when this returns."""
    tab.set_viewport_size(size)
    width = "width => document.documentElement.clientWidth === width"
    tab.wait_for_function(width, arg=size["width"])
    tab.evaluate(FRAMES)


def views(tab):
    """Show a page on a phone and on a desktop, in both schemes; yield (size, scheme).

    The size is PHONE or WIDE, and the scheme "light" or "dark".
    """
    tab.add_style_tag(content=STILL)
    for size in (PHONE, WIDE):
        resize(tab, size)
        for scheme in ("light", "dark"):
            wanted = "slate" if scheme == "dark" else "default"
            tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            tab.evaluate(TURN, wanted)
            tab.wait_for_function(TURNED, arg=wanted)
            tab.evaluate(FRAMES)
            yield size, scheme


def problems(tab, root, programs=True, view=lambda size, scheme: None):
    """Return what is wrong with an open page, in all views, and with its blocks.

    ``root`` is the book that it was built from. Unless ``programs`` is false, each of
    its programs has a copy button. ``view`` is called in each view.
    """
    found = []
    for check in (FORMULAS, RAW, ANCHORS, WORDLESS):
        found += tab.evaluate(check)
    with suppress(TimeoutError):  # what has no button is named below
        tab.wait_for_function(BUTTONS, timeout=60_000)
    for size, scheme in views(tab):
        if size == PHONE and scheme == "light":
            found += tab.evaluate(WIDTH)
        if size == WIDE:
            found += tab.evaluate(FAINT)
        view(size, scheme)
    return found + block_problems(tab, Path(root), programs)


def block_problems(tab, root, programs):
    """Return what is wrong with the blocks of a page, and with how they are copied.

    The first that can be copied is: the clipboard must have the text of the block (a
    browser leaves out the last newline). A program must be the snippet below ``root``
    that its title names, if it does, print what stands in the output under it and,
    unless ``programs`` is false, have a copy button; an output must have none.
    """
    found, copied = [], None
    for number, block in enumerate(tab.evaluate(BLOCKS)):
        where = f"block {number + 1} {block['title']}".rstrip()
        program = PYTHON.search(block["classes"])
        if not block["buttons"]:
            if program and programs:
                found.append(f"{where}: a program without a copy button")
            continue
        if block["title"] == "Output":
            found.append(f"{where}: an output has a copy button")
            continue
        if copied is None:
            tab.evaluate("navigator.clipboard.writeText('')")
            place = tab.locator("article .highlight").nth(number)
            place.get_by_role("button").click()
            copied = tab.evaluate("navigator.clipboard.readText()") + "\n"
            if copied != block["code"]:
                found.append(f"{where}: copies other than the block: {copied[:80]}")
        if program:
            source = block["code"].encode()
            wrong = program_problems(source, block["title"], block["output"], root)
            found += [f"{where}: {text}" for text in wrong]
    return found


def program_problems(source, title, output, root):
    """Compare a program (bytes) with its snippet, and what it prints with the page."""
    found = []
    if title.startswith("snippets/") and (root / title).read_bytes() != source:
        found.append(f"is other than {title}")
    name = title or "copied.py"
    result = pool.run({name: source}, outputs.store(root))[name]
    if result.error:
        found.append(f"does not run: {result.error}")
    elif result.stdout != output:
        found.append(f"prints {result.stdout!r}, and the page shows {output!r}")
    return found


def dead_links(site):
    """Return the links and anchors of a built site that lead nowhere."""
    site = Path(site)
    trees = {path: parsed(path) for path in sorted(site.rglob("index.html"))}
    ids = {path: {e["id"] for e in tree.select("[id]")} for path, tree in trees.items()}
    found = []
    for path, tree in trees.items():
        page = path.parent.relative_to(site).as_posix() + "/"
        for link in tree.select("[href], [src]"):
            target = link.get("href") or link.get("src") or ""
            parts = urlsplit(urljoin(f"http://book/{page}", target))
            if parts.netloc != "book" or parts.scheme != "http":
                continue
            there = site / unquote(parts.path).lstrip("/")
            there = there / "index.html" if there.is_dir() else there
            name = unquote(parts.fragment)
            if not there.exists():
                found.append(f"{page}: the link {target} leads nowhere")
            elif name and not name.startswith("__") and there in ids:
                if name not in ids[there]:
                    found.append(f"{page}: the anchor {target} leads nowhere")
    return found
