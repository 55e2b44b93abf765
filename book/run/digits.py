"""The digits check: what a page shows is printed on other machines too.

A snippet runs with other kernels, a second thread and perturbed weights at once, and
as ``python NAME.py``. Both are done for what has changed of late and for one snippet
in ten, which the commit chooses: what has not changed was checked when it did. The
full run does them, and each of the three alone, for all.
"""

import hashlib
import subprocess
from pathlib import Path

from book.run import pool
from book.run.cache import packages
from book.run.variants import ALONE, APART, STRICT, variants_of

DAY = 24 * 60 * 60  # seconds
SHARE = 10  # one snippet in so many is checked, whatever has changed


def ways(root, sources, full=False):
    """Return the variants to run, each with the snippets that it is run for."""
    some = sources if full else chosen(root, sources)
    return {
        way: {n: source for n, source in some.items() if way in variants_of(source)}
        for way in (STRICT, ALONE, *(APART if full else ()))
    }


def check(ways, store, progress=None):
    """Run what ``ways`` says; return what prints otherwise than on its page."""
    plain = pool.run({n: s for some in ways.values() for n, s in some.items()}, store)
    limit = 10 * pool.TIME_LIMIT  # this is a check of digits, not of seconds
    found = []
    for way, sources in ways.items():
        results = pool.run(sources, store, variant=way, limit=limit, progress=progress)
        for name, result in results.items():
            if result.error or result.stdout != plain[name].stdout:
                found.append(
                    f"snippets/{name} run as {way} prints other than its .txt: print "
                    "fewer digits, or a band over seeds\n"
                    f"{result.error}{result.stdout}"
                )
                if way == STRICT:  # which of those that it joins is to blame?
                    one = {name: sources[name]}
                    found += check(dict.fromkeys(APART, one), store)
    return found


def chosen(root, sources):
    """Return those of ``sources`` (name to bytes) that are checked at each push."""
    try:
        head = _git(root, "rev-parse", "HEAD").strip()
        base = _base(root)
        if not base or _packages(root, base) != _packages(root):
            return sources
        changed = _git(root, "diff", "--name-only", "--relative", base)
        changed += _git(root, "ls-files", "--others", "--exclude-standard")
    except (OSError, subprocess.CalledProcessError):
        return sources  # git cannot say
    changed = set(changed.splitlines())
    return {
        name: source
        for name, source in sources.items()
        if f"snippets/{name}" in changed or _drawn(head, name)
    }


def _git(root, *arguments):
    """Return what git prints."""
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _base(root):
    """Return the last commit that is a day older than HEAD; "" if it is not here."""
    if _git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        return ""
    until = int(_git(root, "log", "-1", "--format=%ct")) - DAY
    return _git(root, "rev-list", "-1", f"--before={until}", "HEAD").strip()


def _packages(root, commit=None):
    """Return the pins, now or at a commit, of what a snippet may import."""
    name = "requirements.txt"
    if commit:
        text = _git(root, "show", f"{commit}:./{name}")
    else:
        text = Path(root, name).read_text(encoding="utf-8")
    ours = {_plain(package.split()[0]) for package in packages()}
    return {pin for pin in text.splitlines() if _plain(pin.split("==")[0]) in ours}


def _plain(name):
    """Return the name of a package as all its spellings have it."""
    return name.lower().replace("_", "-")


def _drawn(head, name):
    """Tell whether the commit ``head`` draws ``name``: one in SHARE."""
    return hashlib.sha256(f"{head} {name}".encode()).digest()[0] % SHARE == 0
