"""Run programs: each as ``__main__``, in a fresh process, in an empty folder.

The build, the tests and the command line all call :func:`run`. Processes are
forked from a server that has torch and matplotlib loaded (``preload.py``); what
a run printed and drew is cached (``cache.py``), one file a run.
"""

import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path, PurePath

from book import ROOT
from book.run import child
from book.run.cache import Result, key
from book.run.progress import Silence
from book.run.variables import environment_kept
from book.run.variants import PLAIN, trains

TIME_LIMIT = 120.0  # seconds of a core: what the reproduction of a paper may take
MOST_LINES = 1000  # of an output: a page shows it whole


def warm_up(sources=(b"matplotlib optim. mnist_data",)):
    """Start the fork server, which loads what ``sources`` need while we go on."""
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    text = b"".join(sources)
    preload = ["book.run.preload"]
    if b"matplotlib" in text:
        preload += ["matplotlib.pyplot", "book.run.figure"]
    if trains(text):  # the first optimiser imports it, for two seconds
        preload.append("torch._dynamo")
    if b"mnist_data" in text:
        preload.append("book.run.preload_mnist")
    context.set_forkserver_preload(preload)
    with _promised(PYTHONPATH=str(ROOT)):  # so that the server finds the preload
        forkserver.ensure_running()
    return context


@contextmanager
def _promised(**more):
    """Start Python as every author's machine does, whatever is set on this one."""
    from multiprocessing import util

    before, flags, path = dict(os.environ), util._args_from_interpreter_flags, sys.path
    theirs = before.get("PYTHONPATH", "").split(os.pathsep)
    theirs = {os.path.abspath(place) for place in theirs if place}
    kept = environment_kept(**more)
    os.environ.clear()
    os.environ.update(kept)
    # Our own flags (-O, -W, -X) and path, handed on, may come from variables.
    util._args_from_interpreter_flags = list
    sys.path = [place for place in path if place not in theirs]
    try:
        yield
    finally:
        util._args_from_interpreter_flags, sys.path = flags, path
        os.environ.clear()
        os.environ.update(before)


def run(
    sources,
    store,
    *,
    variant=PLAIN,
    limit=TIME_LIMIT,
    workers=None,
    progress=None,
):
    """Run each snippet of ``sources`` whose result is not in ``store``.

    Parameters
    ----------
    sources : dict
        Name of the snippet (its path, for messages) to its bytes.
    store : Store
        Where sound results are kept. A failed run is never kept.
    variant : Variant
        How the run differs from the one that a page shows.
    limit : float
        Seconds of a core (of each of its threads) after which a snippet is stopped.
    workers : int
        How many run at once; by default one a core.
    progress : Progress
        Who says what runs; by default nobody does.

    Returns
    -------
    dict
        Name to Result, in the order of ``sources``.
    """
    keys = {name: key(source, variant) for name, source in sources.items()}
    results = {name: store.get(keys[name]) for name in sources}
    queue = [name for name in sources if results[name] is None]
    if not queue:
        return results
    progress = progress or Silence()
    context = warm_up(sources[name] for name in queue)
    workers = workers or os.cpu_count() or 1
    folder = _jobs_folder(store.folder.parent / "jobs")
    jobs = []
    progress.start(len(queue))
    try:
        while queue or jobs:
            while queue and len(jobs) < workers:
                name = queue.pop(0)
                # Said first, since the server has yet to load what programs need.
                progress.running([*(job.name for job in jobs), name])
                place = folder / str(len(results) - len(queue))
                jobs.append(_start(context, name, sources[name], place, variant, limit))
            wait([job.process.sentinel for job in jobs], timeout=0.1)
            for job in list(jobs):
                result = _end(job, limit)
                if result is None:
                    continue
                jobs.remove(job)
                results[job.name] = result
                if not result.error:
                    store.put(keys[job.name], result)
                progress.done(job.name, time.monotonic() - job.began)
            progress.running([job.name for job in jobs])
    finally:
        for job in jobs:
            _kill(job.process)
        progress.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return results


@dataclass(frozen=True)
class _Job:
    """A program that runs."""

    name: str
    folder: Path  # what ``child.run_script`` leaves
    process: multiprocessing.process.BaseProcess
    began: float  # on the clock, seconds


def _start(context, name, source, folder, variant, limit):
    """Start the program ``source`` (bytes) in ``folder``; return its _Job."""
    (folder / "empty").mkdir(parents=True)
    script = folder / Path(name).name
    script.write_bytes(source)
    arguments = str(script), variant, limit
    process = context.Process(target=child.run_script, args=arguments)
    process.start()
    return _Job(name, folder, process, time.monotonic())


def _end(job, limit):
    """Return the Result of a _Job that has ended, or is late; None if it runs."""
    late = time.monotonic() - job.began > child.PATIENCE * limit
    if job.process.is_alive() and not late:
        return None
    if late:
        _kill(job.process)
    job.process.join()
    _end_group(job.process)  # what it has started and left
    # The system stops what did not stop itself: see child.py.
    late = late or -job.process.exitcode in (signal.SIGXCPU, signal.SIGALRM)
    return _collect(job.name, job.folder, job.process.exitcode, late and limit)


def _jobs_folder(parent):
    """Make this process's folder for jobs; remove those of dead processes."""
    parent.mkdir(parents=True, exist_ok=True)
    for old in parent.iterdir():
        try:
            os.kill(int(old.name.split("-")[0]), 0)
        except (ValueError, ProcessLookupError):
            shutil.rmtree(old, ignore_errors=True)
        except PermissionError:
            pass  # somebody else's, and alive
    return Path(tempfile.mkdtemp(dir=parent, prefix=f"{os.getpid()}-"))


def _end_group(process):
    """End whatever a snippet started: it leads a group of its own."""
    # There is none, or (macOS) only dead ones.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _kill(process):
    """End a snippet and whatever it started."""
    _end_group(process)
    process.kill()  # it may have no group yet


def _collect(name, job, exitcode, stopped_after):
    """Make a Result of what a child left in ``job``."""
    try:
        stderr = (job / "stderr").read_text(encoding="utf-8", errors="replace")
        report = json.loads((job / "report").read_text())
    except (OSError, ValueError):
        stderr, report = "", {}
    for folder in (job / "empty", job):  # a reader has neither
        stderr = stderr.replace(f"{folder}{os.sep}", "")
    if exitcode or not report:
        text = f"its process ended with exit code {exitcode}\n{stderr}".rstrip()
        if stopped_after:
            text = child.stopped(stopped_after)
        return Result(error=f"{name}: {text}")
    try:
        stdout = (job / "stdout").read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return Result(error=f"{name}: it prints bytes that are not text: {error}")
    figure = job / "figure.svg"
    data = job / "empty" / PurePath(name).with_suffix(".json").name
    error = report["error"]
    if not error and stderr:
        error = f"it writes to stderr:\n{stderr.rstrip()}"
    if not error and any(ord(c) < 32 and c not in "\n\t" for c in stdout):
        error = "it prints control characters, which are not text"
    if not error and stdout.count("\n") > MOST_LINES:
        lines = stdout.count("\n")
        error = f"it prints {lines} lines: a page shows {MOST_LINES} at most"
    return Result(
        stdout=stdout,
        svg=figure.read_text(encoding="utf-8") if figure.exists() else "",
        data=data.read_text(encoding="utf-8") if data.exists() else "",
        date=time.strftime("%Y-%m-%d"),
        seconds=report["seconds"],
        perturbed=report["perturbed"],
        error=f"{name}: {error}" if error else "",
    )
