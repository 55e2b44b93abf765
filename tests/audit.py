"""Measure every page of the built site against the goals of the book.

``python -m tests.audit`` builds the site and prints a row a page; it fails, and
names what is over which goal, if anything is. Lighthouse, axe-core and the Nu HTML
checker are pinned in ``package.json`` beside this file and are installed into
``.cache/audit``; the checker needs Java.

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
from playwright.sync_api import TimeoutError

from book import bootstrap
from book.runner import ROOT
from tests import browser

HERE = Path(__file__).parent
TOOLS = ROOT / ".cache" / "audit"
FLAGS = [*browser.FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
SCORES = ("performance", "accessibility", "best-practices", "seo")

# Column: what it is, the least or the most that is good.
LEAST = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
MOST = {
    "kB": 250,  # of a first visit, compressed
    "requests": 20,
    "elsewhere": 0,  # requests to another host
    "formulas": 1.5,  # times as late as on the page with nothing to typeset
    "shift": 0.01,  # of the layout
    "axe": 0,
    "nu": 0,
    "wider": 0,  # pixels by which the page is wider than a phone
}
TIMED = ("performance", "formulas")  # what a busy machine spoils
# Of a slow phone, as Lighthouse has it: bytes a second, milliseconds, times slower.
LINE, LATENCY, SLOWER = 1.6e6 / 8 * 0.9, 150, 4
RULES = "wcag2a wcag2aa wcag21a wcag21aa wcag22a wcag22aa best-practice".split()
COLOURS = ["color-contrast", "link-in-text-block"]  # all that a scheme can change

WATCH = """
window.audit = { shift: 0 };
new PerformanceObserver(list => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput) audit.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
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
# Material takes the scheme of the system only when a page is opened.
TURN = """async wanted => {
  const toggle = "label[for^=__palette]:not([hidden])";
  if ((document.body.dataset.mdColorScheme ?? wanted) !== wanted)
    document.querySelector(toggle).click();
  await new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)));
}"""
AXE = """async only => {
  const { violations } = await axe.run(document, { runOnly: only,
                                                   resultTypes: ["violations"] });
  return violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(" ")}`));
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
        head = sum(map(len, self._headers_buffer))
        self.end_headers()
        self.wfile.write(body)
        self.server.sent.append(head + len(body))


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
    if not shutil.which("java"):
        sys.exit("no Java: the HTML checker needs it (Debian: default-jre-headless)")
    TOOLS.mkdir(parents=True, exist_ok=True)
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
    """Return the path of ``node`` or ``npm``: that of .venv, or else any."""
    here = Path(sys.prefix) / "bin" / name
    path = str(here) if here.exists() else shutil.which(name)
    return path or sys.exit(f"no {name}: run make setup")


def nu(site, names):
    """Return the errors of the Nu HTML checker, by page."""
    jar = TOOLS / "node_modules/vnu-jar/build/dist/vnu.jar"
    files = {}
    for page in names:
        path = Path(site) / page
        files[(path / "index.html" if path.is_dir() else path).as_uri()] = page
    command = ["java", "-XX:+UseSerialGC", "-jar", jar, "--errors-only"]
    command += ["--format", "json", "--exit-zero-always"]
    command += [unquote(urlsplit(uri).path) for uri in files]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {page: [] for page in names}
    for message in json.loads(run.stderr)["messages"]:
        uri = message["url"].replace("file:/", "file:///").replace("/////", "///")
        line = message.get("lastLine", "?")
        found[files[uri]].append(f"line {line}: {message['message']}")
    return found


def lighthouse(address, names, rows, steady, times):
    """Add Lighthouse's scores to ``rows``: of one run, or the median of ``times``."""
    command = [program("node"), TOOLS / "lighthouse.mjs", browser.chromium()]
    scores = [name for name in SCORES if not (steady and name in TIMED)]
    process = subprocess.Popen(
        [*command, "--headless", *FLAGS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        for page in names:
            runs = []
            while len(runs) < times:
                process.stdin.write(f"{address}{page}\n")
                process.stdin.flush()
                answer = process.stdout.readline()
                if not answer:
                    return  # it stopped: audit() says so
                runs.append(json.loads(answer))
                if all(runs[0][name] >= LEAST[name] for name in scores):
                    break
            for name in SCORES:
                rows[page][name] = int(median(run[name] for run in runs))
                rows[page]["why"][name] = runs[0]["why"]
            rows[page]["machine"] = median(run["machine"] for run in runs)
            shift = median(run["shift"] for run in runs)
            rows[page]["shift"] = max(shift, rows[page].get("shift", 0))
        process.stdin.close()


def look(chromium, server, page):
    """Open a page on a phone and on a desktop, in both schemes; return its row."""
    row, why = {}, {}
    context = chromium.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    context.add_init_script(WATCH)
    tab = context.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    server.sent.clear()
    tab.goto(server.address + page)
    tab.wait_for_load_state("networkidle")
    tab.wait_for_function(browser.LAID)
    row["kB"] = sum(server.sent) / 1000
    row["requests"] = len(server.sent)
    row["shift"] = tab.evaluate("audit.shift")
    hosts = ("", urlsplit(server.address).netloc)
    why["elsewhere"] = [url for url in asked if urlsplit(url).netloc not in hosts]
    # What is folded is looked at too.
    tab.evaluate(browser.UNFOLD)
    row["wider"] = tab.evaluate(
        "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
    )
    tab.evaluate((TOOLS / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
    found = []
    for size in (PHONE, DESKTOP):
        tab.set_viewport_size(size)
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            tab.evaluate(TURN, "slate" if scheme == "dark" else "default")
            rules = {"type": "tag", "values": RULES}
            if scheme == "dark":
                rules = {"type": "rule", "values": COLOURS}
            found += [
                f"{scheme}, {size['width']} px: {text}"
                for text in tab.evaluate(AXE, rules)
            ]
    why["axe"] = found
    context.close()
    row["axe"], row["elsewhere"] = len(found), len(why["elsewhere"])
    return {**row, "why": why}


def visible(chromium, address):
    """Return after how many milliseconds a slow phone shows all formulas."""
    context = chromium.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
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


def lateness(chromium, server, page, steady, times):
    """Return how much later formulas are seen than if they were plain text."""
    if steady:
        return float("nan")
    address, late, plain = server.address + page, [], []
    while len(late) < times:
        late.append(visible(chromium, address))
        plain.append(visible(chromium, f"{address}?plain"))
        if late[0] <= MOST["formulas"] * plain[0]:
            break  # only at the first: to stop at any good one would favour them
    return median(late) / median(plain)


def over(page, row, steady=False):
    """Return what is over its goal, in words."""
    found = []
    for name, goal in {**LEAST, **MOST}.items():
        if steady and name in TIMED:
            continue
        value = row[name]
        bad = value < goal if name in LEAST else value > goal
        if bad:
            kind = "at least" if name in LEAST else "at most"
            why = list(dict.fromkeys(row["why"].get(name, [])))[:5]
            text = f"{page or './'}: {name} {value:g}, and the goal is {kind} {goal:g}"
            found.append("\n    ".join([text, *why]))
    return found


def table(rows):
    """Return the table of all pages as text."""
    names = [*LEAST, *MOST]
    short = {"accessibility": "a11y", "best-practices": "best", "performance": "perf"}
    lines = ["  ".join(f"{short.get(name, name):>5}" for name in names) + "  page"]
    for page, row in rows.items():
        cells = []
        for name in names:
            places = {"shift": 3, "formulas": 2}.get(name, 0)
            width = max(5, len(short.get(name, name)))
            cells.append(f"{row[name]:{width}.{places}f}")
        lines.append("  ".join(cells) + f"  {page or './'}")
    return "\n".join(lines)


def audit(site, only="", steady=False, times=3):
    """Measure the pages that match ``only``; return rows by page.

    What is over its goal is measured up to ``times`` times; with ``steady``, what
    depends on the speed of the machine at most once.
    """
    install()
    names = [page for page in pages(site) if re.search(only, page)]
    rows = {page: {"why": {}} for page in names}
    scores = {page: {"why": {}} for page in names}
    errors = nu(site, names)
    with served(site) as one, served(site) as two:
        worker = threading.Thread(
            target=lighthouse,
            args=(two.address, names, scores, steady, times),
            daemon=True,
        )
        worker.start()
        if not steady:
            worker.join()  # speed is measured while nothing else runs
        with browser.browser(FLAGS) as chromium:
            for page in names:
                rows[page] = look(chromium, one, page)
                rows[page]["formulas"] = lateness(chromium, one, page, steady, times)
        worker.join()
    for page in names:
        row, other = rows[page], scores[page]
        if "seo" not in other:
            sys.exit(f"Lighthouse stopped at {page or './'}")
        row["why"] |= {**other.pop("why"), "nu": errors[page]}
        shift = max(row["shift"], other["shift"])
        rows[page] = {**row, **other, "shift": shift, "nu": len(errors[page])}
    return rows


def main(arguments=None):
    """Build the site, or take the one that is given; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit")
    parser.add_argument("site", nargs="?", help="a built site (default: build it)")
    parser.add_argument(
        "--steady", action="store_true", help="only what no slow machine changes"
    )
    parser.add_argument("--only", default="", help="a regular expression of pages")
    options = parser.parse_args(arguments)
    start = time.monotonic()
    site = options.site
    if site is None:
        site = TOOLS / "site"
        build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict"]
        subprocess.run([*build, "--site-dir", site], cwd=ROOT, check=True)
    rows = audit(Path(site).absolute(), options.only, options.steady)
    print(table(rows))
    found = [
        text for page, row in rows.items() for text in over(page, row, options.steady)
    ]
    print(f"{len(rows)} pages, {time.monotonic() - start:.0f} s")
    # Lighthouse slows every machine by one factor: a slow one is a slower phone.
    speeds = sorted(row["machine"] for row in rows.values())
    print(f"Lighthouse's index of this machine: {speeds[0]:.0f} to {speeds[-1]:.0f}")
    for text in found:
        print(text, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
