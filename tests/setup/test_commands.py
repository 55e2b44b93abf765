"""Guards of what one types: set-up, `python -m book`, `make` and live reload.

A set-up that cannot be done says why in one line; a command shows what differs
and writes it only when it is told to; what is saved under `make serve` is served.
"""

import contextlib
import copy
import importlib.metadata
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from mkdocs.exceptions import Abort
from packaging.specifiers import SpecifierSet

from book import ROOT
from book.publish import saves
from book.run.cache import key
from book.run.variables import FOREIGN
from book.run.variants import ALONE, PLAIN, STRICT, variants_of
from book.setup import bootstrap
from tests import browser
from tests.conftest import free_port

# What pip and venv printed on a file system without room, and without a network.
FULL = """Looking in links: /tmp/tmpq9mswrbo
Processing /tmp/tmpq9mswrbo/setuptools-65.5.0-py3-none-any.whl
Installing collected packages: setuptools, pip
ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device
"""
OVER_QUOTA = FULL.replace(
    "[Errno 28] No space left on device", "[Errno 122] Disk quota exceeded"
)
OFFLINE = """WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, \
status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.\
connection.HTTPSConnection object at 0x7f41>: Failed to establish a new connection: \
[Errno -3] Temporary failure in name resolution')': /simple/torch/
ERROR: Could not find a version that satisfies the requirement torch==2.13.0
ERROR: No matching distribution found for torch==2.13.0
"""
NPM_OFFLINE = """npm error code ENOTFOUND
npm error network request failed
"""
UNKNOWN = """Looking in indexes: a
ERROR: Could not find a version that satisfies the requirement torch==99
ERROR: No matching distribution found for torch==99
"""


def lines_of(text):
    """Return the lines of a log, without those that make adds of its own."""
    return [line for line in text.splitlines() if not line.startswith("make: ***")]


def stamp(root, python=sys.version):
    """Say that .venv is as requirements.txt wants it."""
    text = json.dumps([python, *bootstrap.wanted(root)[1:]])
    (root / ".venv/installed.json").write_text(text)


def make(root, *arguments, **env):
    """Run make as a reader does; return the finished process."""
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "ACCEPT")
    environ = {k: v for k, v in os.environ.items() if k not in outer}
    return subprocess.run(
        ["make", f"PYTHON={sys.executable}", *arguments],
        cwd=root,
        env={**environ, "CI": "false", **env},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture
def project(book):
    """Return the folder of a small book that make can build, set up."""
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, book.root)
    venv = book.root / ".venv"
    venv.mkdir()
    for name in ("bin", "include", "lib", "lib64", "node", "pyvenv.cfg"):
        if os.path.exists(os.path.join(sys.prefix, name)):
            (venv / name).symlink_to(os.path.join(sys.prefix, name))
    stamp(book.root)
    return book.root


def test_help_lists_every_target(project):
    for arguments in (["help"], []):
        run = make(project, *arguments)
        assert run.returncode == 0, run.stderr
        targets = re.search(r"\.PHONY: (.*)", (project / "Makefile").read_text())[1]
        listed = [re.match(r"make (\w+) +\w", line)[1] for line in lines_of(run.stdout)]
        assert listed == targets.split()


@pytest.mark.parametrize(
    ("target", "tools"),
    [
        *(("serve", ""), ("site", ""), ("outputs", ""), ("bench", ""), ("bite", "")),
        ("lint", ""),
        *(("pdf", " --browser"), ("audit", " --browser --java")),
        ("test", " --browser --java"),
    ],
)
def test_every_target_sets_up_what_it_needs_first(project, target, tools):
    commands = lines_of(make(project, "--dry-run", target).stdout)
    assert commands[1].rstrip() == f"{sys.executable} book/setup/bootstrap.py{tools}"
    assert ".venv/bin/python -m" in commands[2]
    both = lines_of(make(project, "--dry-run", "lint", target).stdout)
    assert both[1] == commands[1]


def test_what_the_authors_shell_says_to_python_is_not_heard(project):
    shell = project / "shell"
    shell.write_text("#!/bin/sh\nenv\n")
    shell.chmod(0o755)
    heard = {"PIP_INDEX_URL": "a", "SITE_URL": "b", "NODE_EXTRA_CA_CERTS": "c"}
    deaf = ("PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTHONPATH", "PYTHONHASHSEED")
    deaf += ("PYTHONSTARTUP", "PYTHONDONTWRITEBYTECODE", "PYTEST_ADDOPTS", "MPLBACKEND")
    deaf += ("MATPLOTLIBRC", "TORCH_LOGS", "ATEN_CPU_CAPABILITY", "OMP_NUM_THREADS")

    def names():
        env = {**heard, **dict.fromkeys(deaf, "0")}
        run = make(project, f"PYTHON={shell}", "setup", **env)
        return {line.partition("=")[0] for line in run.stdout.splitlines()}

    assert not names() & set(deaf)
    assert set(heard) <= names()
    makefile = project / "Makefile"
    unexported = re.search(r"(?m)^unexport \$\(filter (.*),", makefile.read_text())
    assert tuple(unexported[1].split()) == tuple(f"{n}%" for n in FOREIGN)
    makefile.write_text(re.sub("(?m)^unexport.*", "", makefile.read_text()))
    assert set(deaf) <= names()  # else the test would see nothing


def test_ci_runs_no_list_of_its_own():
    text = (ROOT / ".ci/run").read_text()
    commands = [line for line in text.splitlines() if not line.startswith("#")]
    assert any(line.endswith("make test") for line in commands)
    assert not re.search("apt|chromium|java", "\n".join(commands))


def test_the_python_that_is_asked_for_is_new_enough_for_every_package():
    needs = ".".join(map(str, bootstrap.NEEDS))

    def too_new(version):
        return [
            f"{dist.name} needs Python {asked}"
            for dist in importlib.metadata.distributions()
            if (asked := dist.metadata["Requires-Python"])
            and version not in SpecifierSet(asked)
        ]

    assert too_new(needs) == []
    assert too_new("3.11.4")


@pytest.mark.parametrize("command", ["book/setup/bootstrap.py", "book"])
def test_windows_is_told_what_to_do_in_one_line(command):
    """The system is renamed after the imports: Python itself would miss its modules."""
    code = (
        "import hashlib, json, os, runpy, shutil, subprocess, sys\n"
        "os.name = 'nt'\n"
        "start = runpy.run_path if sys.argv[1].endswith('py') else runpy.run_module\n"
        "start(sys.argv[1], run_name='__main__')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, command], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "the book runs its programs with what Linux and macOS have (a fork server, "
        "process groups, resource limits): on Windows use WSL"
    ]
    assert not run.stdout


def test_a_missing_python_is_said_in_one_line(project):
    run = make(project, "PYTHON=nosuchpython", "setup")
    assert run.returncode != 0
    assert lines_of(run.stderr) == [
        "nosuchpython is missing: install Python 3.11.5 or newer"
    ]


def test_an_old_python_is_said_in_one_line(project):
    old = project / "oldpython"
    old.write_text(
        f"#!{sys.executable}\nimport runpy, sys\n"
        "sys.version_info = (3, 9, 2, 'final', 0)\n"
        "runpy.run_path(sys.argv[1], run_name='__main__')\n"
    )
    old.chmod(0o755)
    (project / ".venv/installed.json").unlink()
    run = make(project, f"PYTHON={old}", "setup")
    assert run.returncode != 0
    assert lines_of(run.stderr) == [
        "Python 3.9.2 is too old: install Python 3.11.5 or newer"
    ]
    assert not run.stdout


def test_no_network_is_said_in_one_line(tmp_path):
    (tmp_path / "book/setup").mkdir(parents=True)
    shutil.copy(ROOT / "book/setup/bootstrap.py", tmp_path / "book/setup")
    shutil.copytree(ROOT / "book/render/mathml", tmp_path / "book/render/mathml")
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").write_text("torch==2.13.0\n")
    nowhere = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_NO_INDEX": "",
    }
    run = make(tmp_path, "setup", **nowhere)
    assert run.returncode != 0
    assert lines_of(run.stderr) == [
        "cannot install the packages: no network: the package index cannot be reached"
    ]
    assert not (tmp_path / ".venv/installed.json").exists()


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        (FULL, "the disk is full"),
        (OVER_QUOTA, "the disk is full"),
        (OFFLINE, "no network: the package index cannot be reached"),
        (NPM_OFFLINE, "no network: the package index cannot be reached"),
        (UNKNOWN, "ERROR: No matching distribution found for torch==99"),
        ("killed", "it failed"),
    ],
)
def test_what_pip_prints_is_explained(project, monkeypatch, capsys, log, reason):
    monkeypatch.setattr(bootstrap, "ROOT", str(project))
    monkeypatch.setattr(bootstrap, "run", lambda arguments: (1, log))
    stamp(project, python="another one")
    assert bootstrap.main() == f"cannot make .venv: {reason}"
    (project / "requirements.txt").write_text("torch==99\n")
    stamp(project)
    (project / "requirements.txt").write_text("torch==2.13.0\n")
    assert bootstrap.main() == f"cannot install the packages: {reason}"
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_python_without_venv_is_said_in_one_line(project, tmp_path):
    (tmp_path / "venv.py").write_text("raise ImportError('No module named venv')\n")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path} {sys.executable} "$@"\n')
    python.chmod(0o755)
    code = f"import sys; sys.executable = {str(python)!r}"
    (tmp_path / "sitecustomize.py").write_text(code + "\n")
    (project / ".venv/installed.json").unlink()
    run = make(project, f"PYTHON={python}", "setup")
    assert run.returncode != 0
    assert lines_of(run.stderr) == [
        "Python has no venv module: install it (Debian: python3-venv)"
    ]


def test_set_up_is_done_once(project, monkeypatch):
    ran = []
    monkeypatch.setattr(bootstrap, "ROOT", str(project))
    monkeypatch.setattr(
        bootstrap, "run", lambda command: (ran.append(tool(command)) or 0, "")
    )
    requirements, installed = (
        project / "requirements.txt",
        project / ".venv/installed.json",
    )

    def tool(command):
        return command[2] if command[1] == "-m" else os.path.basename(command[0])

    def steps():
        ran.clear()
        assert bootstrap.main() is None
        return list(ran)

    assert steps() == []
    requirements.write_text(requirements.read_text() + "# a newer pin\n")
    assert steps() == ["pip", "npm"]
    assert steps() == []
    stamp(project, python="another one")
    assert steps() == ["venv", "ensurepip", "pip", "npm"]
    installed.write_text(installed.read_text()[:9])  # a set-up that was killed
    assert steps() == ["venv", "ensurepip", "pip", "npm"]
    assert steps() == []
    run = make(project, "setup")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("option", [[], ["PORT"]])
def test_a_port_that_is_taken_is_said_before_anything_runs(project, option):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        if option:
            run = make(project, "serve", f"PORT={port}")
        else:
            config = project / "mkdocs.yml"
            text = config.read_text() + f"\ndev_addr: 127.0.0.1:{port}\n"
            config.write_text(text)
            run = make(project, "serve")
    assert run.returncode != 0
    assert "Traceback" not in run.stderr
    assert run.stdout.strip().splitlines() == [
        f"cannot serve on 127.0.0.1:{port}: Address already in use; take another port: "
        f"make serve PORT={port + 1}, or mkdocs serve --dev-addr 127.0.0.1:{port + 1}"
    ]
    assert not (project / ".cache/outputs").exists()


@pytest.mark.parametrize(
    ("host", "why"),
    [("nowhere.invalid", ""), ("192.0.2.1", "Cannot assign requested address")],
)
def test_an_address_that_is_none_of_this_machine_is_said_in_one_line(host, why):
    with pytest.raises(Abort, match=f"^cannot serve on {host}:8000: {why}") as error:
        saves.bind(host, 8000)
    assert "\n" not in str(error.value)


def test_a_tool_is_brought_once_and_again_if_it_is_gone(project, monkeypatch):
    ran, codes = [], [0]
    there = {"chromium": "/a/chromium", "java": "/a/java"}
    monkeypatch.setattr(bootstrap, "ROOT", str(project))
    monkeypatch.setattr(bootstrap, "program", lambda names, prefix: there.get(names[0]))
    monkeypatch.setattr(
        bootstrap.subprocess,
        "call",
        lambda command, cwd: ran.append(command[3:]) or codes[0],
    )

    def brought(*arguments):
        ran.clear()
        code = bootstrap.main(arguments)
        return code, list(ran)

    assert brought() == (None, [])  # what needs no browser gets none
    codes[0] = 1
    assert brought("--browser") == (1, [["browser"]])
    codes[0] = 0
    assert brought("--browser") == (None, [["browser"]])
    assert brought("--browser") == (None, [])
    assert brought("--browser", "--java") == (None, [["java"]])
    assert brought("--browser", "--java") == (None, [])
    del there["chromium"]
    assert brought("--browser", "--java") == (None, [["browser"]])
    there["chromium"] = "/another/chromium"
    monkeypatch.setattr(bootstrap, "brought", lambda root, tool: f"{tool} newer")
    assert brought("--java") == (None, [["java"]])
    assert brought("--browser", "--java") == (None, [["browser"]])
    assert brought("--browser", "--java") == (None, [])


def test_tools_outlive_new_pins_but_not_a_new_python(project, monkeypatch):
    ran = []
    monkeypatch.setattr(bootstrap, "ROOT", str(project))
    monkeypatch.setattr(bootstrap, "run", lambda command: (0, ""))
    monkeypatch.setattr(bootstrap, "program", lambda names, prefix: "/a/chromium")
    monkeypatch.setattr(
        bootstrap.subprocess, "call", lambda command, cwd: ran.append(command) or 0
    )
    stamp(project)
    bootstrap.main(["--browser"])
    requirements = project / "requirements.txt"
    requirements.write_text(requirements.read_text() + "# a newer pin\n")
    bootstrap.main(["--browser"])
    assert len(ran) == 1
    installed = project / ".venv/installed.json"
    python, *rest = json.loads(installed.read_text())
    installed.write_text(json.dumps([f"not {python}", *rest]))
    bootstrap.main(["--browser"])
    assert len(ran) == 2


def test_run_makes_the_outputs_and_says_so_in_plain_lines(cold_book):
    run = cold_book.run("book", "run")
    assert (run.returncode, run.stderr) == (0, "")
    begun, done, ended = run.stdout.splitlines()
    assert begun == "running 1 snippets"
    assert re.fullmatch(r"\[1/1\] +\d+\.\d s  part/chapter/sums\.py", done)
    assert re.fullmatch(r"ran 1 of 1 snippets in \d+\.\d s", ended)
    outputs = cold_book.root / ".cache/outputs/part/chapter"
    assert (outputs / "sums.txt").read_text() == "sum 3\n"
    assert (outputs / "sums.svg").exists()
    again = cold_book.run("book", "run")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_run_everywhere_fills_the_cache_with_all_that_the_digits_check_needs(book):
    source = book.snippet.read_bytes()
    some = [PLAIN, STRICT, ALONE]
    for options, ways in (([], some), (["--full"], variants_of(source))):
        run = book.run("book", "run", "--everywhere", *options)
        assert (run.returncode, run.stderr) == (0, "")
        wanted = {key(source, way) for way in ways}
        assert {p.name for p in (book.root / ".cache/runs").iterdir()} == wanted
        again = book.run("book", "run", "--everywhere", *options)
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_run_everywhere_fails_if_other_digits_are_printed(book):
    book.replace(book.snippet, "print(f", "print(torch.get_num_threads(), f")
    book.output.write_text("1 sum 3\n")
    run = book.run("book", "run", "--everywhere")
    assert run.returncode == 1
    assert "sums.py run as Variant(capability='', threads=2" in run.stderr
    assert "2 sum 3" in run.stderr


def test_a_terminal_shows_a_live_line_that_fits(cold_book):
    ours, theirs = pty.openpty()
    narrow = {**os.environ, "COLUMNS": "30"}
    command = [sys.executable, "-m", "book", "run"]
    with subprocess.Popen(command, cwd=cold_book.root, env=narrow, stdout=theirs):
        os.close(theirs)
        text = b""
        with contextlib.suppress(OSError):  # how a closed terminal ends
            while part := os.read(ours, 1000):
                text += part
    os.close(ours)
    first, *shown = text.decode().split("\r")
    assert first == ""
    assert re.match(r"\[1/1\] +\d+\.\d s  part/chapter/", shown[0])
    assert "ran 1 of 1 snippets in" in text.decode()
    assert max(len(line) for line in shown) < 30


def test_outputs_shows_the_diff_and_writes_when_told_to(project, book):
    assert "1 outputs, all as committed" in make(project, "outputs").stdout
    book.replace(book.snippet, "sum {", "total {")
    run = make(project, "outputs")
    assert run.returncode != 0
    first, *said = lines_of(run.stderr)
    assert first.endswith("/sums.txt is not what snippets/part/chapter/sums.py prints")
    assert said == [
        "--- snippets/part/chapter/sums.txt",
        "+++ printed now",
        "@@ -1 +1 @@",
        "-sum 3",
        "+total 3",
        "If the new output is right: make outputs ACCEPT=1",
        "1 to mend",
    ]
    assert book.output.read_text() == "sum 3\n"
    run = make(project, "outputs", "ACCEPT=1")
    assert run.returncode == 0, run.stderr
    assert "written: snippets/part/chapter/sums.txt" in run.stdout
    assert book.output.read_text() == "total 3\n"
    assert make(project, "outputs").returncode == 0


def test_outputs_of_a_snippet_that_raises_are_never_accepted(book):
    book.replace(book.snippet, "torch.ones", "torch.nothing")
    for arguments in ([], ["--accept"]):
        run = book.run("book", "outputs", *arguments)
        assert run.returncode == 1
        assert "snippets/part/chapter/sums.py: line 6: AttributeError" in run.stderr
        assert "Traceback" not in run.stderr
        assert book.output.read_text() == "sum 3\n"


def test_a_full_disk_is_said_in_one_line(cold_book):
    """Every file that is written while snippets run goes through cache.write."""
    full = """
import errno, runpy, sys
from book.run import cache
def write(path, data):
    raise OSError(errno.ENOSPC, "No space left on device", str(path))
cache.write = write
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
    cold_book.write("full.py", full)
    run = cold_book.run("full", "book", "run")
    assert run.returncode == 1
    assert run.stderr.startswith("the disk is full: ")
    assert len(run.stderr.splitlines()) == 1
    run = cold_book.run("full", "mkdocs", "build", "--quiet", NO_MKDOCS_2_WARNING="1")
    assert run.returncode == 1
    assert "the disk is full: " in run.stderr
    assert "Traceback" not in run.stderr


def test_site_is_built_aside_and_put_in_place(project, book):
    run = make(project, "site")
    assert run.returncode == 0, run.stderr
    page = (project / "site/part/chapter/index.html").read_text()
    assert "<code>sum 3" in page
    book.replace(book.output, "sum 3", "sum 4")
    run = make(project, "site")
    assert run.returncode != 0
    assert "+sum 3" in run.stderr
    assert (project / "site/part/chapter/index.html").read_text() == page


def test_zensical_builds_the_site_too_with_what_pages_link_to(project, book):
    text = book.page.read_text()
    link = "[It](../downloads/part/chapter/sums.py)\n"
    book.page.write_text(text[: text.index("<figure")] + link)
    page = project / "site/part/chapter/index.html"
    for word in ("sum", "total"):
        # The text of the page stays the same: Zensical would show it as it was.
        book.snippet.write_text(f'"""How much is it?"""\n\nprint("{word} 3")\n')
        book.output.write_text(f"{word} 3\n")
        run = make(project, "site", "GENERATOR=zensical")
        assert run.returncode == 0, run.stdout + run.stderr
        assert f"<code>{word} 3" in page.read_text()
    assert browser.dead_links(project / "site") == []
    browser.parsed.cache_clear()
    book.page.write_text(f"{book.page.read_text()}[Gone](gone.md)\n")
    assert make(project, "site", "GENERATOR=zensical").returncode != 0
    assert "<code>total 3" in page.read_text()
    (project / "site/downloads/part/chapter/sums.py").unlink()
    found = browser.dead_links(project / "site")
    assert "../../downloads/part/chapter/sums.py leads nowhere" in found[0]


def test_the_site_that_is_tested_is_built_strictly(project, book):
    """With --quiet MkDocs counts no warning, and --strict lets everything pass."""
    lines = make(project, "--dry-run", "test").stdout.splitlines()
    (command,) = [line for line in lines if "mkdocs build" in line]
    env = {**os.environ, "CI": "false"}
    for link, good in (("#a-chapter", True), ("#nowhere", False)):
        book.page.write_text(f"{book.page.read_text()}\n[Here]({link})\n")
        run = subprocess.run(["sh", "-c", command], cwd=project, env=env)
        assert (run.returncode == 0) == good


def test_mkdocs_may_be_started_in_another_folder(book):
    """A configuration that is named by a relative path makes every path relative."""
    elsewhere = copy.copy(book)
    elsewhere.root = book.root / "docs"
    config = ["--config-file", os.path.join(os.pardir, "mkdocs.yml")]
    run = elsewhere.run("mkdocs", "build", "--strict", "--quiet", *config)
    assert run.returncode == 0, run.stderr
    assert "<code>sum 3" in (book.site / "part/chapter/index.html").read_text()


class Server:
    """`mkdocs serve` of a book, and what it logs."""

    def __init__(self, book):
        address = f"127.0.0.1:{free_port()}"
        self.url = f"http://{address}/part/chapter/"
        self.path = book.root / "serve.log"
        with open(self.path, "w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "mkdocs",
                    "serve",
                    "--dev-addr",
                    address,
                ],
                cwd=book.root,
                env={**os.environ, "CI": "false", "NO_MKDOCS_2_WARNING": "1"},
                stdout=log,
                stderr=log,
                start_new_session=True,
                # A shell's job in the background ignores Ctrl-C, and so do its heirs.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    def page(self):
        """Return the page that is served now, or nothing."""
        try:
            with urllib.request.urlopen(self.url, timeout=60) as answer:
                return answer.read().decode()
        except OSError:
            return ""

    def log(self):
        """Return what was logged so far."""
        return self.path.read_text()

    def until(self, text, where):
        """Wait until ``text`` is in what ``where()`` returns, and return that."""
        end = time.monotonic() + 240
        while text not in (found := where()):
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < end, f"no {text!r} in:\n{found}\n{self.log()}"
            time.sleep(0.1)
        return found

    def stop(self):
        """End it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)


@pytest.fixture
def server(book):
    """Return a running server of the small book."""
    server = Server(book)
    yield server
    server.stop()


@pytest.mark.full
def test_serve_shows_what_is_saved(book, server):
    page = server.until("It rises.", server.page)
    assert "<code>sum 3" in page
    assert "livereload(" in page

    book.replace(book.page, "It rises.", "It climbs.")
    server.until("It climbs.", server.page)

    book.replace(book.snippet, "sum {", "total {")
    server.until("<code>total 3", server.page)
    log = server.log()
    assert "WARNING -  snippets/part/chapter/sums.txt is not what" in log
    assert "-sum 3\n+total 3\n" in log

    book.replace(book.snippet, "torch.ones", "torch.nothing")
    log = server.until("The site is still the one from before", server.log)
    assert "snippets/part/chapter/sums.py: line 6: AttributeError" in log
    assert "Traceback" not in log
    assert "<code>total 3" in server.page()

    book.replace(book.snippet, "torch.nothing", "torch.ones")
    book.replace(book.snippet, "total {", "grand total {")
    server.until("<code>grand total 3", server.page)
