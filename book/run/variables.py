"""Which environment variables a program of the book sees."""

import os

# All that a snippet sees of the author's environment. What else is set there may
# change what Python, torch or matplotlib do (PYTHONOPTIMIZE strips assertions).
KEPT = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# How the names of such variables begin: where KEPT would be too little (the kernel of a
# lab, the commands of the Makefile) these are left out.
FOREIGN = (
    *("PYTHON", "PYTEST_", "PYTORCH_", "TORCH", "ATEN_"),
    *("OMP_", "MKL_", "MPL", "MATPLOTLIB"),
)


def environment_kept(**more):
    """Return the environment of a snippet: what is KEPT of ours, and ``more``."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | more
