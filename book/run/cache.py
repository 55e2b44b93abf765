"""The cache of runs: results, each under a hash of all that it depends on.

So the key decides which program has to run again.
"""

import hashlib
import json
import os
import platform
import re
import sys
import tempfile
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from book.run.variants import PLAIN, processor


@dataclass(frozen=True)
class Result:
    """What a run left. ``error`` is empty if it went well."""

    stdout: str = ""
    svg: str = ""
    data: str = ""  # what it wrote to NAME.json, for an exploration
    date: str = ""  # of the run, YYYY-MM-DD
    seconds: float = 0.0  # of a core
    perturbed: int = 0  # how many numbers the perturbation changed
    error: str = ""


# What a snippet may import; other packages of .venv change no output.
IMPORTED = ("torch", "matplotlib", "mlxtend", "onnx")


def packages():
    """Return the names and versions of IMPORTED and of all that they need."""
    found, queue = {}, list(IMPORTED)
    while queue:
        name = queue.pop()
        if name in found:
            continue
        try:
            here = distribution(name)
        except PackageNotFoundError:
            continue  # needed on another system
        found[name] = here.version
        needs = [need for need in here.requires or [] if "extra ==" not in need]
        queue += [re.match(r"[\w.-]+", need)[0] for need in needs]
    return sorted(f"{name} {version}" for name, version in found.items())


@cache
def environment():
    """Hash what a result depends on besides the snippet."""
    model, has = processor()
    parts = [sys.version, platform.machine(), model, *has, *packages()]
    here = Path(__file__).parent
    names = ["child", "figure", "pool", "preload", "preload_mnist", "svg", "variables"]
    names = [f"{name}.py" for name in names]
    names += ["book.mplstyle", "alone/sitecustomize.py"]
    parts += [(here / name).read_text(encoding="utf-8") for name in names]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def key(source, variant=PLAIN):
    """Return the cache key of ``source`` (bytes) run as ``variant``."""
    text = f"{environment()}{variant}".encode() + b"\0" + source
    return hashlib.sha256(text).hexdigest()


class Store:
    """The cache of results: a checksum and a JSON object in each file."""

    def __init__(self, folder):
        self.folder = Path(folder).absolute()  # snippets run elsewhere

    def get(self, name):
        """Return the Result under ``name``, or None if there is no sound one."""
        try:
            checksum, body = (self.folder / name).read_bytes().split(b"\n", 1)
            if hashlib.sha256(body).hexdigest().encode() == checksum:
                return Result(**json.loads(body))
        except (OSError, ValueError, TypeError):
            pass
        return None

    def put(self, name, result):
        """Write ``result`` under ``name``, all of it or nothing."""
        body = json.dumps(asdict(result)).encode()
        write(
            self.folder / name,
            hashlib.sha256(body).hexdigest().encode() + b"\n" + body,
        )

    def prune(self, names):
        """Remove every entry that is not in ``names``."""
        for path in self.folder.glob("*"):
            if path.name not in names:
                path.unlink(missing_ok=True)


def write(path, data):
    """Write ``data`` (bytes) to ``path`` at once; leave an equal file alone."""
    try:
        if path.read_bytes() == data:
            return
    except OSError:
        path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)
