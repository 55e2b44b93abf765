"""The ways in which a program is run: as its page shows it, and in others.

The digits of a page have to be the same with other kernels, a second thread,
perturbed weights, and as ``python NAME.py``.
"""

import platform
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Variant:
    """How a run differs from the one that a page shows."""

    capability: str = ""  # ATEN_CPU_CAPABILITY: which CPU kernels torch takes
    threads: int = 1
    alone: bool = False  # as ``python NAME.py`` runs it, nothing loaded beforehand
    perturb: float = 0.0  # relative change of the weights given to an optimiser


@cache
def processor():
    """Return the model of this processor, and the sets of kernels it has, best last."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor(), ()
    model = re.search(r"^model name\s*: (.*)", text, re.MULTILINE)
    flags = text.split()
    has = ["default"]
    has += ["avx2"] if {"avx2", "fma"} <= set(flags) else []
    has += ["avx512"] if {"avx512f", "avx512dq", "avx512vl"} <= set(flags) else []
    return model[1] if model else platform.machine(), tuple(has)


def kernels():
    """Return the other sets of kernels that this processor can run.

    torch takes the best by itself, so that one is the plain run; forced to a set
    that the processor lacks, it dies of an illegal instruction. The first differs
    most from the best.
    """
    return list(processor()[1][:-1]) or [""]


PLAIN = Variant()
PERTURBED = Variant(perturb=1e-12)
# Other kernels, a second thread and perturbed weights at once: the digits of a page
# have to survive all three together.
STRICT = Variant(kernels()[0], threads=2, perturb=PERTURBED.perturb)
# What a reader has: nothing of the book, other kernels and a second thread.
ALONE = Variant(kernels()[0], threads=2, alone=True)
# Each on its own: what the full run does, and what says why STRICT fails.
APART = (PERTURBED, Variant(threads=2), *map(Variant, filter(None, kernels())))


def variants_of(source):
    """Return the variants that ``source`` (bytes) is to print the same digits as."""
    ways = [PLAIN, STRICT, ALONE, *APART]
    # Without an optimiser there is nothing to perturb.
    return [way for way in ways if way != PERTURBED or trains(source)]


def trains(source):
    """Tell whether ``source`` (bytes) makes an optimiser."""
    return bool(re.search(rb"optim\.(?!swa_utils)", source))
