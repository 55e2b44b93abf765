"""Fixtures: a stage, on which an exploration stands as on its page.

The stage serves ``docs/assets`` as it is, the style sheets of the theme, and one page
for each ``data-explore`` of the book, with the figure that its snippet draws and the
data that its page's snippets write. No site is built for it.
"""

import json
import math
import os
import re
import shutil
from contextlib import contextmanager
from functools import cache
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import material
import pytest

from book import ROOT
from book.model import Book, embedded
from book.run import pool
from book.write import outputs
from tests import browser

PLACE = re.compile(
    r'<div class="explore" data-explore="(?P<name>[a-z-]+)" markdown="1">\n'
    r"(?P<figure><figure.*?</figure>)\n</div>",
    re.DOTALL,
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stage</title>
<link rel="icon" href="data:,">
{styles}
<script type="module" src="/{folder}assets/book.js"></script>
</head>
<body data-md-color-scheme="{scheme}" data-md-color-primary="indigo"
  data-md-color-accent="indigo">
<main class="md-main"><div class="md-main__inner md-grid"><div class="md-content">
<article class="md-content__inner md-typeset">
<h1>Stage</h1>
{place}
<p id="after">After.</p>
</article>
</div></div></main>
</body>
</html>
"""

# Nothing is near the window before the test says so, with `near()`.
FAR = """{
  const { observe } = IntersectionObserver.prototype
  IntersectionObserver.prototype.observe = function (place) {
    window.near = () => observe.call(this, place)
  }
}"""

# A worker that answers when it is told to, all at once, or if it is `willing` by the
# clock of the page. It remembers for how many steps it was `asked`.
WORKER = """window.Worker = class {
  asked = []
  waiting = []
  steps = {}
  constructor() { window.worker = this }
  terminate() {}
  postMessage(request) {
    if (request.forget) return
    this.asked.push(request.steps)
    this.waiting.push(request)
    if (this.willing) setTimeout(() => this.answer())
  }
  answer() {
    for (let request; (request = this.waiting.shift());) {
      const { id, steps, settings } = request
      const step = this.steps[id] = (this.steps[id] ?? 0) + steps
      const layer = { band: [-1, 0, 1], medians: [0], move: step / 200 }
      const layers = Array(settings.depth).fill(layer)
      const record = { step, loss: 3 - step / 100, layers }
      this.onmessage({ data: { id, record } })
    }
  }
}"""

# Every number that is shown, in full: pairs of key and text.
SHOWN = """place => [...place.querySelectorAll("output[data-key]")]
  .map(e => [e.dataset.key, e.dataset.value])"""

# Move what is to move as a browser does, and look after each settings. In one task and
# as text: a grid takes no longer than its numbers.
SWEEP = """(place, [grid, look]) => JSON.stringify(grid.map(settings => {
  for (const [key, value] of Object.entries(settings)) {
    const control = place.querySelector(`[data-key="${key}"]:not(output)`)
    if (control.type === "range") {
      if (+control.value === value) continue
      control.value = value
      if (+control.value !== value) throw new Error(`${key} cannot be ${value}`)
      control.dispatchEvent(new Event("input", { bubbles: true }))
    } else control.querySelector(`[value="${value}"]`).click()
  }
  return eval(look)(place)
}))"""


@cache
def places():
    """Return what can be explored: name to (page below ``docs``, the figure)."""
    return {
        match["name"]: (page, match["figure"])
        for page, text in Book.read(ROOT).texts.items()
        for match in PLACE.finditer(text)
    }


def first_by_default(cases):
    """Return parameters, of which all but the first are for `make test FULL=1`.

    For what proves a check: one is enough to see at every push that it is not blind.
    """
    first, *others = cases
    return [first, *(pytest.param(*case, marks=pytest.mark.full) for case in others)]


def largest(*deviations):
    """Return the largest; NaN is larger than any, which ``max`` does not say."""
    return math.inf if any(map(math.isnan, deviations)) else max(deviations)


class Exploration:
    """An exploration in a tab, used as a reader does."""

    def __init__(self, tab, name, found):
        """Look at ``name`` in ``tab``; what the page says in vain is in ``found``."""
        self.tab, self.found = tab, found
        self.place = tab.locator(f'[data-explore="{name}"]')

    def control(self, key):
        """Return the native element of a control."""
        return self.place.locator(f'[data-key="{key}"]:not(output)')

    def set(self, **settings):
        """Set controls by their keys: move a range, choose, check or press."""
        for key, value in settings.items():
            control = self.control(key.replace("_", "-"))
            kind = control.evaluate("e => e.type")
            if kind == "range":
                control.fill(str(value))
            elif kind == "fieldset":
                control.locator(f'[value="{value}"]').check()
            elif kind == "checkbox":
                control.set_checked(value)
            else:
                control.click()

    def values(self):
        """Return every number that is shown, in full: key to float."""
        return {key: float(text) for key, text in self.place.evaluate(SHOWN)}

    def sweep(self, grid, look=SHOWN):
        """Return what ``look``, a function of the place, finds at each settings."""
        return json.loads(self.place.evaluate(SWEEP, [grid, look]))

    def sweep_values(self, grid):
        """Return pairs of settings and the numbers that are shown there."""
        found = self.sweep(grid)
        rows = [{key: float(text) for key, text in pairs} for pairs in found]
        return zip(grid, rows, strict=True)

    def mount(self):
        """Come near the window and wait until it has taken its place."""
        self.tab.evaluate("near()")
        self.mounted()

    def mounted(self):
        """Wait until it has taken its place."""
        self.tab.wait_for_selector("[data-mounted]", state="attached")

    def said(self):
        """Return what a screen reader has been told."""
        return self.place.locator(".explore-said").text_content()


class Stage:
    """Serves explorations and opens them."""

    def __init__(self, folder, address, launched):
        """Stand in ``folder``, served at ``address``; ``launched`` gives a browser."""
        self.folder, self.address, self.launched = folder, address, launched
        self.count, self.figures = 0, {}
        sheets = Path(material.__file__).parent / "templates/assets/stylesheets"
        self.styles = []
        for name in ("main", "palette"):
            (sheet,) = sheets.glob(f"{name}.*.min.css")
            shutil.copy(sheet, folder)
            self.styles.append(sheet.name)
        (folder / "assets").symlink_to(ROOT / "docs/assets")

    def _figure(self, name):
        """Return the figure with its plot; write the data of the page's snippets."""
        if name in self.figures:
            return self.figures[name]
        page, figure = places()[name]
        sources = Book.read(ROOT).sources
        chapter = page.removesuffix(".md") + "/"
        mine = {n: s for n, s in sources.items() if n.startswith(chapter)}
        svgs = [e.path for e in embedded(figure) if e.path.endswith(".svg")]
        wanted = {
            n: s
            for n, s in mine.items()
            if str(PurePosixPath(n).with_suffix(".svg")) in svgs or b".json" in s
        }
        results = pool.run(wanted, outputs.store(ROOT))
        for name, result in results.items():
            assert not result.error, result.error
            path = PurePosixPath(name)
            if result.data:
                target = self.folder / "downloads" / path.with_suffix(".json")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(result.data)
            figure = figure.replace(f'--8<-- "{path.with_suffix(".svg")}"', result.svg)
        self.figures[name] = figure
        return figure

    def write(self, name, scheme, alter):
        """Write a page, with assets of its own if ``alter`` changes any."""
        self.count += 1
        folder = f"altered-{self.count}/" if alter else ""
        if alter:
            assets = self.folder / folder / "assets"
            shutil.copytree(ROOT / "docs/assets", assets, copy_function=os.symlink)
            (self.folder / folder / "downloads").symlink_to(self.folder / "downloads")
            for path, changes in alter.items():
                file = assets / path
                text = file.read_text()
                for old, new in changes.items():
                    assert old in text
                    text = text.replace(old, new)
                file.unlink()
                file.write_text(text)
        own = ("book.css", "explore.css")
        sheets = [*self.styles, *(f"{folder}assets/{sheet}" for sheet in own)]
        # As deep as a page of the book: a module may ask for what lies beside assets.
        path = f"part/chapter-{self.count}/"
        (self.folder / path).mkdir(parents=True)
        (self.folder / path / "index.html").write_text(
            PAGE.format(
                styles="\n".join(
                    f'<link rel="stylesheet" href="/{s}">' for s in sheets
                ),
                folder=folder,
                scheme={"light": "default", "dark": "slate"}[scheme],
                place=f'<div class="explore" data-explore="{name}">\n'
                f"{self._figure(name)}\n</div>",
            )
        )
        return path

    @contextmanager
    def opened(
        self,
        name,
        size=browser.WIDE,
        scheme="light",
        alter=None,
        ready=True,
        paused=False,
        script="",
        **options,
    ):
        """Yield the Exploration ``name`` in a tab of its own.

        ``alter`` maps a path below ``docs/assets`` to texts and those in their place,
        to see what notices. If it is not to be ``ready``, it is not near the window
        before ``near()``. If it is ``paused``, no time passes in the tab but by its
        ``clock``. ``script`` runs before those of the page; ``options`` are those of a
        browser's context (``reduced_motion``, ``has_touch``, ``java_script_enabled``).
        """
        path = self.write(name, scheme, alter)
        found = []
        context = self.launched().new_context(
            viewport=size, color_scheme=scheme, **options
        )
        context.add_init_script(script if ready else FAR + script)
        tab = context.new_page()
        if paused:
            tab.clock.install(time=0)
            tab.clock.pause_at(1)  # second
        tab.set_default_timeout(120_000)  # milliseconds, for a busy machine

        def requested(request):
            parts = urlsplit(request.url)
            if parts.scheme not in ("data", "blob") and (
                parts.netloc != urlsplit(self.address).netloc
            ):
                found.append(f"asks another host: {request.url}")

        def answered(response):
            if response.status >= 400:
                found.append(f"answers {response.status}: {response.url}")

        tab.on("console", lambda m: found.append(m.text) if m.type == "error" else None)
        tab.on("pageerror", lambda error: found.append(f"script error: {error}"))
        tab.on("request", requested)
        tab.on("response", answered)
        try:
            tab.goto(self.address + path)
            exploration = Exploration(tab, name, found)
            if ready:
                exploration.place.scroll_into_view_if_needed()
                exploration.mounted()
            yield exploration
        finally:
            context.close()


@pytest.fixture(scope="session")
def stage(tmp_path_factory, launched):
    """Return a Stage that serves for the session."""
    folder = tmp_path_factory.mktemp("stage")
    with browser.served(folder) as address:
        yield Stage(folder, address, launched)
