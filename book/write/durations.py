"""How long each program runs, roughly, as ``snippets/seconds.toml`` has it.

A measured time differs from run to run, and would make two builds of one commit
differ. So a page shows a committed one, of one digit.
"""

import math
import tomllib
from pathlib import Path

FILE = "snippets/seconds.toml"
STEPS = (1, 2, 5, 10, 20, 50, 100)  # seconds of a core
# A time stays as it is committed unless it is so many times as long or as short:
# machines differ.
APART = 3
HEAD = (
    "# About how many seconds of a core each program takes: `make outputs ACCEPT=1`.\n"
)


def read(root):
    """Return the committed seconds: path below ``snippets/`` to one of STEPS."""
    path = Path(root) / FILE
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def words(seconds):
    """Return one of STEPS in words."""
    return "under 1 s" if seconds == 1 else f"about {seconds} s"


def nearest(seconds):
    """Return the one of STEPS whose ratio to ``seconds`` is nearest to one."""
    return min(STEPS, key=lambda step: abs(math.log(step / max(seconds, STEPS[0]))))


def renewed(known, measured):
    """Return the seconds to commit, given those committed and measured ones.

    Both map the path of a program below ``snippets/`` to seconds.
    """
    now = {}
    for name, seconds in measured.items():
        before = known.get(name)
        agree = before and 1 / APART <= max(seconds, STEPS[0]) / before <= APART
        now[name] = before if agree else nearest(seconds)
    return now


def text(seconds):
    """Return what the file says of ``seconds``: path of a program to one of STEPS."""
    return HEAD + "".join(f'"{name}" = {seconds[name]}\n' for name in sorted(seconds))
