"""The process of one program: :func:`run_script` is what the fork server forks.

It runs the program as ``__main__`` in an empty folder, and leaves what that printed
and drew, and a report, for the pool to collect.
"""

import gc
import json
import math
import multiprocessing
import os
import resource
import runpy
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

from book.run.variables import environment_kept

# The limit on the clock, as a multiple of that of a core: a busy machine gives a
# program its seconds late, and what only waits uses none.
PATIENCE = 10
MOST_BYTES = 2**28  # of a file that a snippet writes: an endless output fills no disk


def run_script(script, variant, limit):
    """Run ``script``; leave stdout, stderr, figure.svg and a report beside it."""
    # The fork server swallows the error of a preload that failed.
    import book.run.preload

    # A snippet that starts processes does so as ``python NAME.py`` would.
    multiprocessing.set_start_method(None, force=True)
    gc.freeze()  # what was loaded stays: collections need not look at it
    gc.enable()
    os.setsid()
    # Limits count seconds of a core: a busy machine makes no program wrong. SIGPROF
    # (below) raises TimeoutError in the program, and RLIMIT_CPU ends one that catches
    # it. The alarm on the clock ends one that only waits, even if its build has died.
    cores = limit * variant.threads
    most = math.ceil(cores) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))
    signal.setitimer(signal.ITIMER_REAL, PATIENCE * limit)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
    job = Path(script).parent
    os.chdir(job / "empty")
    os.environ["BOOK_FIGURE"] = str(job / "figure.svg")
    for number, name in (
        (0, os.devnull),
        (1, job / "stdout"),
        (2, job / "stderr"),
    ):
        handle = os.open(name, os.O_RDWR | os.O_CREAT)
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin = open(0)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)
    report = {"seconds": 0.0, "perturbed": 0, "error": ""}
    if variant.alone:
        (job / "report").write_text(json.dumps(report))
        _become_python(script, variant)
    sys.argv = [script]
    # Not the path of the process that asked for the run, as multiprocessing has it.
    sys.path = [str(job), *book.run.preload.PATH]
    if variant.capability:
        os.environ["ATEN_CPU_CAPABILITY"] = variant.capability
    if variant.threads > 1:
        import torch

        torch.set_num_threads(variant.threads)
    if variant.perturb:
        _perturb_optimizers(variant.perturb, report)
    began = time.process_time()  # not the clock: others may have the core meanwhile
    signal.signal(signal.SIGPROF, _out_of_time)
    signal.setitimer(signal.ITIMER_PROF, cores, 1)
    try:
        runpy.run_path(script, run_name="__main__")
        sys.stdout.flush()
        report["error"] = _loose_end()
    except BaseException as error:  # SystemExit too: a snippet ends by itself
        lines = traceback.extract_tb(error.__traceback__)
        at = [line.lineno for line in lines if line.filename == script]
        if isinstance(error, SyntaxError) and error.filename == script:
            at = [error.lineno]
        text = traceback.format_exception_only(error)[-1].strip()
        report["error"] = f"line {at[-1] if at else 1}: {text}"
        if isinstance(error, TimeoutError) and not error.args:
            report["error"] = stopped(limit)
    signal.setitimer(signal.ITIMER_PROF, 0)
    report["seconds"] = time.process_time() - began
    sys.stdout.flush()
    sys.stderr.flush()
    (job / "report").write_text(json.dumps(report))
    os._exit(0)


def _become_python(script, variant):
    """Replace this process by a Python that runs ``script`` as a reader does."""
    environ = environment_kept(
        PYTHONPATH=str(Path(__file__).with_name("alone")),
        MPLBACKEND="agg",
        OMP_NUM_THREADS=str(variant.threads),
        OMP_WAIT_POLICY="passive",  # or two threads on busy cores are erratic
    )
    if variant.capability:
        environ["ATEN_CPU_CAPABILITY"] = variant.capability
    no_screen = "ignore:FigureCanvasAgg is non-interactive"
    name = os.path.basename(script)
    shutil.move(script, name)  # the folder is empty but for it
    command = [sys.executable, "-W", no_screen, name]
    os.execve(sys.executable, command, environ)


def _out_of_time(*_):
    raise TimeoutError


def stopped(limit):
    """Say that a program was stopped after ``limit`` seconds of a core."""
    return f"still running after {limit:g} s of computing: stopped"


def _loose_end():
    """Say what is wrong with the figures that a finished snippet leaves."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    if helpers and helpers.Gcf.get_all_fig_managers():
        return "it draws a figure and does not show it: end with plt.show()"
    return ""


def _perturb_optimizers(size, report):
    """Multiply every weight that an optimiser is given by 1 + size * noise."""
    import torch

    add = torch.optim.Optimizer.add_param_group
    generator = torch.Generator().manual_seed(1)  # not the snippet's own

    def perturbed(self, group):
        add(self, group)
        for weight in self.param_groups[-1]["params"]:
            noise = torch.randn(weight.shape, generator=generator, dtype=torch.float64)
            with torch.no_grad():
                weight.mul_((1 + size * noise).to(weight.dtype))
            report["perturbed"] += weight.numel()

    torch.optim.Optimizer.add_param_group = perturbed
