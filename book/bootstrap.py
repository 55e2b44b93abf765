"""Make .venv with the pinned packages; one clear line if that cannot be done.

It runs on the reader's own Python, so it imports only the standard library and
parses on an old one.
"""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NEEDS = (3, 11)
NPM = ("package.json", "package-lock.json")
# Markdown finds the extensions of the book wherever it is started. A snippet that
# runs alone (see runner.py) is to find nothing of the book.
PATH = (
    "import os, sys; "
    "os.environ.get('PYTHONPATH', '').endswith(os.path.join('book', 'alone')) "
    "or sys.path.append(os.path.dirname(sys.prefix))\n"
)


def wanted(root):
    """Return what .venv is to be made of: this Python, and what is pinned."""
    names = ["requirements.txt"]
    names += [os.path.join("book", "mathml", name) for name in NPM]
    found = [sys.version]
    for name in names:
        with open(os.path.join(root, name), "rb") as file:
            found.append(hashlib.sha256(file.read()).hexdigest())
    return found


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
        return "no network: the package index cannot be reached"
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


def main():
    """Return None if .venv is as requirements.txt says, or what is wrong."""
    if sys.version_info < NEEDS:
        return "Python %d.%d is too old: install Python %d.%d or newer" % (
            tuple(sys.version_info[:2]) + NEEDS
        )
    venv = os.path.join(ROOT, ".venv")
    python = os.path.join(venv, "bin", "python")
    requirements = os.path.join(ROOT, "requirements.txt")
    pinned = wanted(ROOT)
    stamp = os.path.join(venv, "installed.json")
    there = [None]
    if os.path.exists(stamp) and os.path.exists(python):
        try:
            with open(stamp) as file:
                there = json.load(file)
        except ValueError:
            pass  # half-written
    if there == pinned:
        return None
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
    pip += ["--no-compile", "--retries", "1", "--requirement", requirements]
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
        shutil.copy(os.path.join(ROOT, "book", "mathml", name), node)
    npm = [os.path.join(venv, "bin", "npm"), "ci", "--prefix", node]
    npm += ["--no-audit", "--no-fund", "--ignore-scripts"]
    code, log = run(npm)
    if code:
        return "cannot install MathJax: " + explain(log)
    with open(stamp, "w") as file:
        json.dump(pinned, file)
    return None


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("stopped")
    except (IOError, OSError) as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        sys.exit("the disk is full" if full else "cannot make .venv: %s" % error)
