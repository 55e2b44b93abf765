"""What must hold of a built site, as functions that return problems.

Pages are opened in a real Chromium. Where there is none the tests fail: they
never pass without having looked.
"""

import re
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup
from pygments.lexers import PythonLexer

from book import chromium as machine
from book import outputs, runner

FLAGS, chromium, browser = machine.FLAGS, machine.find, machine.launched
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
PYTHON = re.compile(rf"\blanguage-({'|'.join(PythonLexer.aliases)})(?!\S)")

# All that layout() in book.js had to lay out is laid out.
LAID = "!document.querySelector('.piecewise') || document.querySelector('[data-laid]')"

UNFOLD = "document.querySelectorAll('details').forEach(d => d.open = true)"

# Two frames: one to be told of a new width, one to lay the page out.
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

# The blocks of a page: classes, title, text, and the output under a program.
BLOCKS = """() => [...document.querySelectorAll("article .highlight")].map(block => {
  const title = e => e?.querySelector(":scope > .filename")?.textContent ?? "";
  const code = e => e.querySelector("code").textContent;
  const next = block.nextElementSibling;
  return {
    classes: block.className, title: title(block), code: code(block),
    output: title(next) === "Output" ? code(next) : "",
    buttons: block.querySelectorAll("[data-md-type=copy]").length,
  };
})"""


# Material gives a program its button when it is near the window.
PASS = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (const block of document.querySelectorAll("article .highlight:not(.no-copy)")) {
    block.scrollIntoView();
    for (let k = 0; k < 30 && !block.querySelector("button"); k++) await frame();
  }
}"""


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


@contextmanager
def opened(context, address, page, found=None):
    """Open a page with its answers unfolded; yield the tab.

    What the page says and asks for that it should not is added to ``found``.
    """
    found = [] if found is None else found
    tab = context.new_page()
    tab.set_default_timeout(120_000)  # milliseconds, for a busy machine

    def failed(response):
        if response.status >= 400:
            found.append(f"answers {response.status}: {response.url}")

    def requested(request):
        if urlsplit(request.url).netloc not in ("", urlsplit(address).netloc):
            found.append(f"asks another host: {request.url}")

    tab.on("console", lambda m: found.append(m.text) if m.type == "error" else None)
    tab.on("pageerror", lambda error: found.append(f"script error: {error}"))
    tab.on("requestfailed", lambda r: found.append(f"request failed: {r.url}"))
    tab.on("response", failed)
    tab.on("request", requested)
    try:
        tab.set_viewport_size(WIDE)
        tab.goto(urljoin(address, page))
        tab.wait_for_function(LAID)
        tab.evaluate("document.fonts.ready")
        tab.evaluate(UNFOLD)
        yield tab
    finally:
        tab.close()


def problems(context, address, page, root):
    """Look at a page, wide and on a phone, in both schemes, and copy its blocks.

    Returns what is wrong with it; ``root`` is the book that it was built from.
    """
    found = []
    with opened(context, address, page, found) as tab:
        for check in (FORMULAS, RAW, ANCHORS, WORDLESS):
            found += tab.evaluate(check)
        for _scheme in range(2):
            found += tab.evaluate(FAINT)
            tab.locator("label[for^=__palette]:visible").click()
        # The cells of a lab live off one another: it is downloaded whole.
        found += copy_problems(tab, Path(root), programs=not page.startswith("labs/"))
        tab.set_viewport_size(PHONE)
        tab.evaluate(FRAMES)
        found += tab.evaluate(WIDTH)
        tab.wait_for_load_state("networkidle")
    return [f"{page}: {text}" for text in found]


def copy_problems(tab, root, programs):
    """Click every copy button; return what is wrong with what is copied.

    It must be the text of the block (a browser leaves out the last newline) and,
    if the block is titled so, the snippet below ``root``. A program must run and
    print what stands in the output under it and, unless ``programs`` is false,
    have a button; an output must have none.
    """
    found = []
    tab.evaluate(PASS)
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
        tab.evaluate("navigator.clipboard.writeText('')")
        tab.locator("article .highlight").nth(number).get_by_role("button").click()
        copied = tab.evaluate("navigator.clipboard.readText()") + "\n"
        if copied != block["code"]:
            found.append(f"{where}: copies other than the block: {copied[:80]}")
        elif program:
            wrong = program_problems(
                copied.encode(), block["title"], block["output"], root
            )
            found += [f"{where}: {text}" for text in wrong]
    return found


def program_problems(source, title, output, root):
    """Run a program (bytes) that was copied; compare it with the page."""
    found = []
    if title.startswith("snippets/") and (root / title).read_bytes() != source:
        found.append(f"copies other than {title}")
    name = title or "copied.py"
    result = runner.run({name: source}, outputs.store(root))[name]
    if result.error:
        found.append(f"does not run: {result.error}")
    elif result.stdout != output:
        found.append(f"prints {result.stdout!r}, and the page shows {output!r}")
    return found


def dead_links(site):
    """Return the links and anchors of a built site that lead nowhere."""
    site = Path(site)
    trees = {
        path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sorted(site.rglob("index.html"))
    }
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
