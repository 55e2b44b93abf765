"""The browser in which the tests look at the site, and which prints the book."""

import shutil
from contextlib import contextmanager

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def find():
    """Return the path of a Chromium; raise RuntimeError if there is none."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise RuntimeError(
        "no Chromium: the tests and the PDF need a real browser; install one "
        "(Debian: apt-get install chromium)"
    )


@contextmanager
def launched():
    """Yield a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        yield instance
        instance.close()
