"""What must hold of a built site, as functions that return problems.

Pages are opened in a real Chromium. Where there is none the tests fail: they
never pass without having looked.
"""

import shutil
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
COPY = "article button.md-code__button[data-md-type=copy]"

# Every formula is typeset, is readable, and refers to what there is.
FORMULAS = """() => MathJax.startup.promise.then(() => {
  const found = [];
  const seen = new Set();
  for (const item of MathJax.startup.document.getMathItemsWithin(document.body)) {
    const root = item.typesetRoot;
    seen.add(root.closest(".arithmatex"));
    if (root.querySelector("mjx-merror, [data-mjx-error]"))
      found.push("MathJax cannot read " + item.math.trim());
    if (/ref\\{/.test(item.math) && root.textContent.includes("???"))
      found.push("refers to an equation that is not there: " + item.math);
  }
  for (const element of document.querySelectorAll(".arithmatex"))
    if (!seen.has(element)) found.push("not typeset: " + element.textContent);
  return found;
})"""

# What a reader sees outside of code, outputs and formulas.
RAW = """() => {
  const copy = document.querySelector("article").cloneNode(true);
  for (const e of copy.querySelectorAll("pre, code, svg, .arithmatex")) e.remove();
  return ["$$", "\\\\(", "\\\\[", "--8<--", "{{"]
    .filter(mark => copy.textContent.includes(mark))
    .map(mark => "raw markup is visible: " + mark);
}"""

WIDTH = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const wide = [...document.querySelectorAll("article *")].find(
    e => e.getBoundingClientRect().right > page.clientWidth + 1
      && !e.closest("pre, .arithmatex, .md-typeset__scrollwrap"));
  return ["is wider than a phone: " + (wide ? wide.outerHTML.slice(0, 90) : "?")];
}"""

WORDLESS = """() => [...document.querySelectorAll("article img, article .plot")]
  .filter(e => !(e.getAttribute("alt") || e.getAttribute("aria-label")))
  .map(e => "a picture without words: " + e.outerHTML.slice(0, 90))"""


def chromium():
    """Return the path of a Chromium; raise RuntimeError if there is none."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise RuntimeError(
        "no Chromium: the tests look at the site in a real browser; install one "
        "(Debian: apt-get install chromium)"
    )


@contextmanager
def browser():
    """Yield a headless Chromium."""
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield instance
        instance.close()


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


def look(context, address, page):
    """Open a page, wide and narrow; return (tab, problems)."""
    url = urljoin(address, page)
    tab = context.new_page()
    found = []

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
    tab.goto(url, wait_until="load")
    tab.wait_for_function("window.MathJax && MathJax.startup.promise")
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for check in (FORMULAS, RAW, WORDLESS):
        found += tab.evaluate(check)
    tab.set_viewport_size({"width": 360, "height": 740})
    # Two frames: one to be told of the new width, one to lay the page out.
    frames = "requestAnimationFrame(() => requestAnimationFrame(done))"
    tab.evaluate(f"new Promise(done => {frames})")
    found += tab.evaluate(WIDTH)
    tab.set_viewport_size({"width": 1280, "height": 900})
    return tab, [f"{page}: {text}" for text in found]


def copied(tab):
    """Click each copy button; return (text, language, output under it) of each."""
    found = []
    for button in tab.locator(COPY).all():
        button.scroll_into_view_if_needed()
        button.click()
        text = tab.evaluate("navigator.clipboard.readText()")
        shown = button.evaluate(
            """button => {
              const block = button.closest(".highlight");
              const next = block.nextElementSibling;
              const name = next && next.querySelector(":scope > .filename");
              const output = name && name.textContent === "Output";
              return [block.className, block.querySelector("code").innerText,
                      output ? next.querySelector("code").innerText : ""];
            }"""
        )
        found.append((text, *shown))
    return found


def dead_links(site):
    """Return the links and anchors of a built site that lead nowhere."""
    site = Path(site)
    trees = {
        path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sorted(site.rglob("index.html"))
    }
    ids = {path: [e["id"] for e in tree.select("[id]")] for path, tree in trees.items()}
    found = []
    for path, tree in trees.items():
        page = path.relative_to(site).as_posix().removesuffix("index.html")
        found += [
            f"{page}: the id {name} stands twice"
            for name in sorted({x for x in ids[path] if ids[path].count(x) > 1})
        ]
        for link in tree.select("[href], [src]"):
            target = link.get("href") or link.get("src") or ""
            parts = urlsplit(urljoin(f"http://book/{page}", target))
            if parts.netloc != "book" or parts.scheme != "http":
                continue
            there = site / unquote(parts.path).lstrip("/")
            there = there / "index.html" if there.is_dir() else there
            if not there.exists():
                found.append(f"{page}: the link {target} leads nowhere")
            elif parts.fragment and there in ids:
                # MathJax makes the anchors of equations in the browser.
                name = unquote(parts.fragment)
                if name not in ids[there] and not name.startswith(("mjx-", "__")):
                    found.append(f"{page}: the anchor {target} leads nowhere")
    return found
