"""How long each program runs, roughly, as ``snippets/seconds.toml`` has it.

A measured time differs from run to run, and would make two builds of one commit
differ. So a page shows a committed one, of one digit.
"""

import math
import tomllib
from pathlib import Path

FILE = "snippets/seconds.toml"
STEPS = (1, 2, 5, 10, 20, 50, 100)  # seconds of a core
HEAD = """\
# About how many seconds of a core each program takes, as `make outputs ACCEPT=1` finds
# it for what is new or prints something new. Without its line a program is new.
"""


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


def renewed(known, measured, changed):
    """Return the seconds to commit, given those committed and measured ones.

    Both map the path of a program below ``snippets/`` to seconds. A committed time
    stays, since machines differ, but for the programs that ``changed``.
    """
    kept = known.keys() - changed
    return {
        name: known[name] if name in kept else nearest(seconds)
        for name, seconds in measured.items()
    }


def text(seconds):
    """Return what the file says of ``seconds``: path of a program to one of STEPS."""
    return HEAD + "".join(f'"{name}" = {seconds[name]}\n' for name in sorted(seconds))
