"""Make .venv with the pinned packages; one clear line if that cannot be done.

With ``--browser`` and ``--java`` it also brings these, if the system has none: see
tools.py. It runs on the reader's own Python, so it imports only the standard library
and parses on an old one.
"""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
NEEDS = (3, 11, 5)  # of the pinned packages: soupsieve and pymdown-extensions
NPM = ("package.json", "package-lock.json")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
OFFLINE = "no network: the package index cannot be reached"
TOOLS = {"browser": BROWSERS, "java": ("java",)}  # what these are called on the PATH
# Markdown finds the extensions of the book wherever it is started. A snippet that
# runs alone (see run/child.py) is to find nothing of the book.
PATH = (
    "import os, sys; "
    "os.environ.get('PYTHONPATH', '').endswith(os.sep + 'alone') "
    "or sys.path.append(os.path.dirname(sys.prefix))\n"
)


def hashes(root, names):
    """Return the hash of each file."""
    found = []
    for name in names:
        with open(os.path.join(root, name), "rb") as file:
            found.append(hashlib.sha256(file.read()).hexdigest())
    return found


def wanted(root):
    """Return what .venv is to be made of: this Python, and what is pinned."""
    names = ["requirements.txt"]
    names += [os.path.join("book", "render", "mathml", name) for name in NPM]
    found = [sys.version, PATH]
    found += hashes(root, names)
    return found


def brought(root, tool):
    """Return what the stamp says of a tool that was tried, as it is brought today."""
    names = [os.path.join("book", "setup", "browser", name) for name in NPM]
    names.append(os.path.join("book", "setup", "tools.py"))
    return "%s %s" % (tool, " ".join(hashes(root, names)))


def unfit():
    """Return why the book cannot be made on this system, or None."""
    if os.name == "posix":
        return None
    return (
        "the book runs its programs with what Linux and macOS have (a fork server, "
        "process groups, resource limits): on Windows use WSL"
    )


def program(names, prefix=sys.prefix):
    """Return the path of the first program of these names: of .venv, or else any."""
    for name in names:
        path = shutil.which(os.path.join(prefix, "bin", name)) or shutil.which(name)
        if path:
            return path
    return None


def explain(log):
    """Return one line that says why pip failed, from what it printed."""
    if "No space left on device" in log or "Disk quota exceeded" in log:
        return "the disk is full"
    signs = (
        "ENOTFOUND",
        "ECONNREFUSED",
        "EAI_AGAIN",
        "NewConnectionError",
        "NameResolutionError",
        "ConnectTimeoutError",
    )
    signs += ("ReadTimeoutError", "ProtocolError", "ProxyError")
    if any(sign in log for sign in signs):
        return OFFLINE
    errors = [
        line for line in log.splitlines() if line.startswith(("ERROR:", "npm error"))
    ]
    return errors[-1] if errors else "it failed"


def run(arguments):
    """Run a command; return its exit code and what it printed."""
    process = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output = process.communicate()[0]
    return process.returncode, output.decode("utf-8", "replace")


def install(venv, python, there, pinned):
    """Make .venv and install what is pinned; return None, or what is wrong."""
    print("installing the pinned packages into .venv (once, about a minute)")
    sys.stdout.flush()
    if there[0] != pinned[0]:
        code, log = run(
            [sys.executable, "-m", "venv", "--clear", "--without-pip", venv]
        )
        if not code:  # venv would hide what ensurepip says
            code, log = run([python, "-m", "ensurepip", "--default-pip"])
        if "No module named" in log:
            return "Python has no venv module: install it (Debian: python3-venv)"
        if code:
            return "cannot make .venv: " + explain(log)
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    # Most modules are never imported; compiling all of them takes as long again.
    pip += ["--no-compile", "--retries", "1", "--requirement"]
    pip.append(os.path.join(ROOT, "requirements.txt"))
    code, log = run(pip)
    if code:
        return "cannot install the packages: " + explain(log)
    packages = os.path.join(venv, "lib", "python%d.%d" % sys.version_info[:2])
    with open(os.path.join(packages, "site-packages", "book.pth"), "w") as file:
        file.write(PATH)
    node = os.path.join(venv, "node")
    if not os.path.isdir(node):
        os.mkdir(node)
    for name in NPM:
        shutil.copy(os.path.join(ROOT, "book", "render", "mathml", name), node)
    npm = [os.path.join(venv, "bin", "npm"), "ci", "--prefix", node]
    npm += ["--no-audit", "--no-fund", "--ignore-scripts"]
    code, log = run(npm)
    if code:
        return "cannot install MathJax: " + explain(log)
    return None


def main(arguments=()):
    """Return None if .venv is as requirements.txt says, or what is wrong."""
    if unfit():
        return unfit()
    if sys.version_info < NEEDS:
        return "Python %d.%d.%d is too old: install Python %d.%d.%d or newer" % (
            tuple(sys.version_info[:3]) + NEEDS
        )
    tools = [tool for tool in sorted(TOOLS) if "--" + tool in arguments]
    venv = os.path.join(ROOT, ".venv")
    python = os.path.join(venv, "bin", "python")
    pinned = wanted(ROOT)
    stamp = os.path.join(venv, "installed.json")
    there = [None]
    if os.path.exists(stamp) and os.path.exists(python):
        try:
            with open(stamp) as file:
                there = json.load(file)
        except ValueError:
            pass  # half-written

    def save(found):
        with open(stamp, "w") as file:
            json.dump(found, file)

    if there[: len(pinned)] != pinned:
        problem = install(venv, python, there, pinned)
        if problem:
            return problem
        kept = there[len(pinned) :] if there[0] == pinned[0] else []
        there = pinned + kept
        save(there)
    missing = [
        tool
        for tool in tools
        if brought(ROOT, tool) not in there or not program(TOOLS[tool], venv)
    ]
    if missing:
        command = [python, "-m", "book.setup.tools"]
        command += missing
        code = subprocess.call(command, cwd=ROOT)
        if code:
            return code  # it has said why
        there = [mark for mark in there if mark.split(" ")[0] not in missing]
        there += [brought(ROOT, tool) for tool in missing]
        save(there)
    return None


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("stopped")
    except (IOError, OSError) as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        sys.exit("the disk is full" if full else "cannot make .venv: %s" % error)
