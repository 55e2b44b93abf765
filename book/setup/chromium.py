"""The browser in which the tests look at the site, and which prints the book."""

import atexit
from contextlib import contextmanager
from functools import cache

from book.setup import bootstrap

# What Chromium is not to do. The first two: since version 156 it opens two hidden pages
# beside each page, for suggestions in the address bar, which take longer than a page of
# the book. The others are what Playwright 1.65 turns off by a list of its own: only the
# last ``--disable-features`` counts, and that is ours.
OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    *("AimEnabled", "PreconnectToSearch", "NetworkTimeServiceQuerying"),
    *("OptimizationHints", "MediaRouter", "LensOverlay", "PaintHolding"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable"),
    *("DestroyProfileOnBrowserClose", "AvoidUnnecessaryBeforeUnloadCheckSync"),
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    f"--disable-features={','.join(OFF)}",
]


def find():
    """Return the path of a Chromium; raise RuntimeError if there is none."""
    path = bootstrap.program(bootstrap.BROWSERS)
    if path:
        return path
    raise RuntimeError(
        "no Chromium: the tests and the PDF need a real browser; "
        "`python3 book/setup/bootstrap.py --browser` brings one "
        "(Debian: apt-get install chromium)"
    )


@cache
def _playwright():
    """Start Playwright, once: it allows one of its kind in a thread."""
    from playwright.sync_api import sync_playwright

    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright


@contextmanager
def launched(flags=FLAGS, path=None):
    """Yield a headless Chromium: that at ``path``, or else the one that is found."""
    path = path or find()
    instance = _playwright().chromium.launch(executable_path=path, args=flags)
    try:
        yield instance
    finally:
        instance.close()
