"""Guards of the browser that tests share: a crash is tried again, a finding is not."""

import os
import re
import subprocess
import sys

import pytest

from book import ROOT
from tests import browser

TESTS = """
import os
import signal
from pathlib import Path

def first(name):
    with open(name, "a") as file:
        file.write("x")
    return Path(name).read_text() == "x"

def test_browser(chromium):
    tab = chromium.new_page()
    if first("browser"):
        chromium.new_browser_cdp_session().send("Browser.crash")
    tab.goto("about:blank")

def test_page(chromium):
    tab = chromium.new_page()
    if first("page"):
        about = chromium.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        for process in about["processInfo"]:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)
    tab.goto("about:blank")

def test_finding(chromium):
    assert not first("finding"), "Error: Target crashed"

def test_timeout(chromium):
    first("timeout")
    chromium.new_page().wait_for_function("false", timeout=1)

def test_next(chromium):
    assert chromium.is_connected()
    assert not chromium.contexts
"""


def test_what_crashes_is_tried_again_and_named_and_a_finding_is_not(tmp_path):
    (tmp_path / "test_crashes.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    alone = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-rR"],
        cwd=tmp_path,
        env={**alone, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    again = re.findall(r"^RERUN \S+::(\w+)", run.stdout, re.MULTILINE)
    assert again == ["test_browser", "test_page"], run.stdout
    assert "2 failed, 3 passed, 2 rerun" in run.stdout
    for name in ("browser", "page"):
        assert (tmp_path / name).read_text() == "xx"
    for name in ("finding", "timeout"):
        assert (tmp_path / name).read_text() == "x"


def test_without_a_browser_the_tests_fail_and_say_what_to_install(monkeypatch):
    monkeypatch.setattr("book.setup.bootstrap.program", lambda _: None)
    with pytest.raises(RuntimeError, match="apt-get install chromium"):
        browser.chromium()


def test_a_page_that_is_not_there_is_named_at_once(chromium, tmp_path):
    with browser.served(tmp_path) as address, pytest.raises(LookupError) as error:
        with browser.opened(chromium.new_context(), address, "gone/"):
            pass
    assert str(error.value) == "gone/ answers 404"
