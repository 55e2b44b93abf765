"""Measure every page of the built site against the goals of the book.

``python -m tests.audit`` builds the site and prints a row a page; it fails, and
names what is over which goal, if anything is. What no slow machine changes is judged
by the tests of the site too; speed is judged only here, against a page that was
measured in the same minute. Lighthouse, axe-core and the Nu HTML checker are pinned in
``package.json`` beside this file and are installed into ``.cache/audit``; the checker
needs Java.

No page reaches any host but the server here: Chromium is told that there is none.
"""

import argparse
import gzip
import hashlib
import json
import mimetypes
import re
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from filelock import FileLock
from playwright.sync_api import TimeoutError

from book import ROOT
from book.setup import bootstrap
from tests import browser

HERE = Path(__file__).parent
TOOLS = ROOT / ".cache" / "audit"
FLAGS = [*browser.FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
EMPTY = "404.html"  # the page of a site that has the theme, and nothing to read

# Column: what it is, the least or the most that is good.
LEAST = {"accessibility": 100, "best-practices": 100, "seo": 100}
MOST = {
    "behind": 1,  # points of performance behind the empty page
    "kB": 250,  # of a first visit, compressed
    "requests": 20,
    "formulas": 1.5,  # times as late as on the page with nothing to typeset
    "shift": 0.01,  # of the layout
    "axe": 0,
    "nu": 0,
    "wrong": 0,  # what else a reader would see: browser.problems
}
CODE = "code"  # per cent of what one reads of a chapter; None of another page
SEEN = ("kB", "requests", "shift", "axe", "wrong")  # of them: by look()
# Of a slow phone, as Lighthouse has it: bytes a second, milliseconds, times slower.
LINE, LATENCY, SLOWER = 1.6e6 / 8 * 0.9, 150, 4
RULES = "wcag2a wcag2aa wcag21a wcag21aa wcag22a wcag22aa best-practice".split()
COLOURS = ["color-contrast", "link-in-text-block"]  # all that a scheme can change

WATCH = """
window.audit = { shift: 0 };
// All count: to Chromium a window that is given its size has had input, here none has.
const add = entries => {
  for (const entry of entries) audit.shift += entry.value;
};
const shifts = new PerformanceObserver(list => add(list.getEntries()));
shifts.observe({ type: "layout-shift", buffered: true });
audit.shifted = () => {
  add(shifts.takeRecords());
  return audit.shift;
};
const look = () => {
  const formulas = [...document.querySelectorAll(".arithmatex")];
  const seen = e => e.querySelector("math, mjx-container, code")
    ?.getBoundingClientRect().height > 0;
  if (document.readyState !== "loading" && document.fonts.status === "loaded"
      && performance.getEntriesByName("first-contentful-paint").length
      && formulas.every(seen))
    audit.visible ??= performance.now();
  else
    requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
AXE = """async options => {
  options.resultTypes = ["violations"];
  const { violations } = await axe.run(document, options);
  const near = n => [...n.any, ...n.all, ...n.none].flatMap(check => check.relatedNodes)
    .map(r => `, because of ${r.target.join(" ")}`).join("");
  return violations.flatMap(v =>
    v.nodes.map(n => `${v.id}: ${n.target.join(" ")}${near(n)}`));
}"""

# How much of the height of a chapter is code or output, with all folded that is folded
# at first, from its heading to where it says what it does not show.
SHARE = """() => {
  const heading = name => document.querySelector(`article ${name}`);
  if (!heading("#what-this-does-not-show")) return null;
  const [from, to] = ["h1", "#what-this-does-not-show"]
    .map(name => heading(name).getBoundingClientRect().top);
  const blocks = document.querySelectorAll("article :is(.highlight, .program, .card)");
  const within = ".program, details:not([open])";
  const code = [...blocks].filter(e => !e.parentElement.closest(within))
    .map(e => e.getBoundingClientRect())
    .filter(box => from < box.top && box.top < to);
  return 100 * code.reduce((sum, box) => sum + box.height, 0) / (to - from);
}"""


class Handler(BaseHTTPRequestHandler):
    """A file server that compresses, as hosts of static sites do."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Say nothing."""

    def handle(self):
        """Answer until the browser closes the connection, at whatever moment."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self):
        """Answer with a file; with ``?plain``, with nothing to typeset."""
        parts = urlsplit(self.path)
        path = self.server.site / unquote(parts.path).lstrip("/")
        path = path / "index.html" if path.is_dir() else path
        status = 200 if path.is_file() else 404
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        kind = kind if status == 200 else "text/html"
        body = path.read_bytes() if status == 200 else b""
        if parts.query == "plain":
            body = untypeset(body)
        self.send_response(status)
        if re.match("text/|image/svg|application/(javascript|json|xml)", kind):
            body = gzip.compress(body, 9, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(body)))
        self.server.sent.append(sum(map(len, self._headers_buffer)) + len(body))
        self.end_headers()
        self.wfile.write(body)


def untypeset(page):
    """Return a page (bytes) with the TeX of each formula as plain code."""
    soup = BeautifulSoup(page, "html.parser")
    for formula in soup.select(".arithmatex"):
        code = soup.new_tag("code")
        code.string = formula.get("data-tex", "x")
        formula.clear()
        formula.append(code)
    for link in soup.select("link[as=font]"):
        link.decompose()
    return str(soup).encode()


@contextmanager
def served(site):
    """Serve a folder; yield the server, with ``address`` and the sizes ``sent``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.site, server.sent = Path(site), []
    server.address = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def pages(site):
    """Return every page of a site, as paths below its address."""
    paths = sorted(path.relative_to(site) for path in Path(site).rglob("*.html"))
    return [re.sub(r"(^|/)index\.html$", r"\1", path.as_posix()) for path in paths]


def install():
    """Install the pinned tools once; exit with one line if that cannot be."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    with FileLock(TOOLS / "lock"):  # tests run side by side
        for name in ("package.json", "package-lock.json", "lighthouse.mjs"):
            shutil.copy(HERE / name, TOOLS)
        pins = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
        stamp = TOOLS / "installed"
        if stamp.exists() and stamp.read_text() == pins:
            return
        print("installing the pinned tools into .cache/audit (once)", flush=True)
        npm = [program("npm"), "ci", "--prefix", TOOLS, "--ignore-scripts"]
        code, log = bootstrap.run([*npm, "--no-audit", "--no-fund"])
        if code:
            sys.exit(f"cannot install the tools: {bootstrap.explain(log)}")
        stamp.write_text(pins)


def program(name):
    """Return the path of a program: that of .venv, or else the system's."""
    path = bootstrap.program([name])
    return path or sys.exit(f"no {name}: run make audit, which brings it")


def nu(paths):
    """Return the errors of the Nu HTML checker in the files ``paths``, by path."""
    jar = TOOLS / "node_modules/vnu-jar/build/dist/vnu.jar"
    files = {Path(path).absolute().as_uri(): path for path in paths}
    command = [program("java"), "-XX:+UseSerialGC", "-jar", jar, "--errors-only"]
    command += ["--format", "json", "--exit-zero-always"]
    command += [unquote(urlsplit(uri).path) for uri in files]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {path: [] for path in paths}
    for message in json.loads(run.stderr)["messages"]:
        uri = message["url"].replace("file:/", "file:///").replace("/////", "///")
        line = message.get("lastLine", "?")
        found[files[uri]].append(f"line {line}: {message['message']}")
    return found


@contextmanager
def lighthouse(categories):
    """Start Lighthouse; yield a function that asks it for the scores of an address.

    It returns a number for each of ``categories``, and ``why`` they are not 100.
    """
    script = [TOOLS / "lighthouse.mjs", browser.chromium(), ",".join(categories)]
    process = subprocess.Popen(
        [program("node"), *script, "--headless", *FLAGS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )

    def ask(address):
        process.stdin.write(f"{address}\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise RuntimeError(f"Lighthouse stopped at {address}")
        return json.loads(answer)

    with process:
        yield ask


def scores(ask, address, page, times):
    """Return the row of Lighthouse: of one run, or the medians of ``times``.

    A page is measured by turns with the empty page of its site: both are as slow as
    the machine is that minute, so it is the difference that says what the page costs.
    At most a point, since the empty page of a quiet machine has 100, and 99 was asked
    of every page as long as each was measured alone.
    """
    pairs = []
    while len(pairs) < times:
        pairs.append((ask(address + page), ask(address + EMPTY)))
        one, empty = pairs[0]
        behind = empty["performance"] - one["performance"]
        if behind <= MOST["behind"] and all(one[name] >= LEAST[name] for name in LEAST):
            # Only the first may decide alone: the best of several would flatter.
            break
    row = {name: int(median(one[name] for one, _ in pairs)) for name in LEAST}
    for name in ("shift", "machine"):
        row[name] = median(one[name] for one, _ in pairs)
    behind = (empty["performance"] - one["performance"] for one, empty in pairs)
    return {**row, "behind": median(behind), "why": dict.fromkeys(LEAST, one["why"])}


def look(chromium, server, page, root=ROOT, thorough=False):
    """Open a page once and see all that no busy machine changes; return its row.

    It is opened on a phone, in a browser that has seen nothing yet; ``root`` is the
    book that it was built from. With ``thorough``, colours are looked at in each view.
    """
    rights = ["clipboard-read", "clipboard-write"]
    context = chromium.new_context(
        viewport=browser.PHONE, is_mobile=True, has_touch=True, permissions=rights
    )
    context.add_init_script(WATCH)
    row, axe, wrong = {}, [], []
    server.sent.clear()
    place = (context, server.address, page, wrong, browser.PHONE)

    def view(size, scheme):
        # No rule but those of colours depends on the scheme, and those hardly on the
        # width: with two views of the four all is looked at, in half the time.
        options = {"runOnly": {"type": "tag", "values": RULES}}
        if (size, scheme) not in ((browser.PHONE, "light"), (browser.WIDE, "dark")):
            options = {"runOnly": {"type": "rule", "values": COLOURS}}
            if not thorough:
                return
        where = f"{scheme}, {size['width']} px"
        axe.extend(f"{where}: {text}" for text in tab.evaluate(AXE, options))

    with browser.opened(*place, folded=True) as tab:
        tab.evaluate(browser.FRAMES)
        row["shift"] = tab.evaluate("audit.shifted()")
        row[CODE] = tab.evaluate(SHARE)
        tab.evaluate(browser.UNFOLD)
        tab.evaluate((TOOLS / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
        # The cells of a lab live off one another: it is downloaded whole.
        programs = not page.startswith("labs/")
        wrong += browser.problems(tab, root, programs, view)
    context.close()
    row["kB"], row["requests"] = sum(server.sent) / 1000, len(server.sent)
    row["axe"], row["wrong"] = len(axe), len(wrong)
    return {**row, "why": {"axe": axe, "wrong": wrong}}


def visible(chromium, address):
    """Return after how many milliseconds a slow phone shows all formulas."""
    context = chromium.new_context(
        viewport=browser.PHONE, is_mobile=True, has_touch=True
    )
    context.add_init_script(WATCH)
    tab = context.new_page()
    session = context.new_cdp_session(tab)
    speed = {"downloadThroughput": LINE, "uploadThroughput": LINE / 2}
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, **speed},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    tab.goto(address)
    try:
        tab.wait_for_function("audit.visible", timeout=20_000)
        return tab.evaluate("audit.visible")
    except TimeoutError:
        return float("inf")
    finally:
        context.close()


def lateness(chromium, server, page, times):
    """Return how much later formulas are seen than if they were plain text."""
    address, late, plain = server.address + page, [], []
    while len(late) < times:
        late.append(visible(chromium, address))
        plain.append(visible(chromium, f"{address}?plain"))
        if late[0] <= MOST["formulas"] * plain[0]:
            # Only the first may decide alone: the best of several would flatter.
            break
    return median(late) / median(plain)


def over(page, row, names=(*LEAST, *MOST)):
    """Return which of ``names`` is over its goal in a row, in words."""
    found = []
    for name in names:
        value, goal = row[name], {**LEAST, **MOST}[name]
        bad = value < goal if name in LEAST else value > goal
        if bad:
            kind = "at least" if name in LEAST else "at most"
            why = list(dict.fromkeys(row["why"].get(name, [])))[:5]
            text = f"{page or './'}: {name} {value:g}, and the goal is {kind} {goal:g}"
            found.append("\n    ".join([text, *why]))
    return found


def table(rows):
    """Return the table of all pages as text."""
    names = [*LEAST, *MOST, CODE]
    short = {"accessibility": "a11y", "best-practices": "best"}
    lines = ["  ".join(f"{short.get(name, name):>5}" for name in names) + "  page"]
    for page, row in rows.items():
        cells = []
        for name in names:
            places = {"shift": 3, "formulas": 2}.get(name, 0)
            width = max(5, len(short.get(name, name)))
            value = row[name]
            cells.append(
                "-".rjust(width) if value is None else f"{value:{width}.{places}f}"
            )
        lines.append("  ".join(cells) + f"  {page or './'}")
    return "\n".join(lines)


def audit(site, only="", times=3):
    """Measure the pages that match ``only``; return rows by page.

    What is over its goal, and takes time, is measured up to ``times`` times.
    """
    install()
    names = [page for page in pages(site) if re.search(only, page)]
    files = {page: Path(site) / page for page in names}
    files = {n: p / "index.html" if p.is_dir() else p for n, p in files.items()}
    errors, rows = nu(files.values()), {}
    with (
        served(site) as server,
        browser.browser(FLAGS) as chromium,
        lighthouse(["performance", *LEAST]) as ask,
    ):
        for page, file in files.items():
            seen = look(chromium, server, page, thorough=True)
            row = scores(ask, server.address, page, times)
            row["why"] |= {**seen.pop("why"), "nu": errors[file]}
            row |= {**seen, "shift": max(seen["shift"], row["shift"])}
            row["formulas"] = lateness(chromium, server, page, times)
            rows[page] = {**row, "nu": len(errors[file])}
    return rows


def main(arguments=None):
    """Build the site, or take the one that is given; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit")
    parser.add_argument("site", nargs="?", help="a built site (default: build it)")
    parser.add_argument("--only", default="", help="a regular expression of pages")
    options = parser.parse_args(arguments)
    start = time.monotonic()
    site = options.site
    if site is None:
        site = TOOLS / "site"
        build = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        subprocess.run([*build, "--site-dir", site], cwd=ROOT, check=True)
    rows = audit(Path(site).absolute(), options.only)
    print(table(rows))
    found = [text for page, row in rows.items() for text in over(page, row)]
    print(f"{len(rows)} pages, {time.monotonic() - start:.0f} s")
    # Lighthouse slows every machine by one factor: a slow one is a slower phone.
    speeds = sorted(row["machine"] for row in rows.values())
    print(f"Lighthouse's index of this machine: {speeds[0]:.0f} to {speeds[-1]:.0f}")
    for text in found:
        print(text, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
