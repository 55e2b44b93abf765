"""Run snippets: each as ``__main__``, in a fresh process, in an empty folder.

The build, the tests and the command line all call :func:`run`. Processes are
forked from a server that has torch and matplotlib loaded (``preload.py``); what
a run printed and drew is cached under ``.cache/runs``, one file a run.
"""

import gc
import hashlib
import json
import math
import multiprocessing
import os
import platform
import re
import resource
import runpy
import shutil
import signal
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from multiprocessing.connection import wait
from pathlib import Path, PurePath

ROOT = Path(__file__).parent.parent
TIME_LIMIT = 120.0  # seconds of a core: what the reproduction of a paper may take
# On the clock, times the limit: a busy machine gives a snippet its seconds late. What
# waits for nothing uses no processor, and is stopped then.
PATIENCE = 10
MOST_LINES = 1000  # of an output: a page shows it whole
MOST_BYTES = 2**28  # of a file that a snippet writes: an endless output fills no disk
# All that a snippet sees of the author's environment. What else is set there may
# change what Python, torch or matplotlib do (PYTHONOPTIMIZE strips assertions).
KEPT = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# How the names of such variables begin: where KEPT would be too little (the kernel of a
# lab, the commands of the Makefile) these are left out.
FOREIGN = (
    *("PYTHON", "PYTEST_", "PYTORCH_", "TORCH", "ATEN_"),
    *("OMP_", "MKL_", "MPL", "MATPLOTLIB"),
)


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


def variants(source):
    """Return the variants that ``source`` (bytes) is to print the same digits as."""
    ways = [PLAIN, STRICT, ALONE, *APART]
    # Without an optimiser there is nothing to perturb.
    return [way for way in ways if way != PERTURBED or trains(source)]


def trains(source):
    """Tell whether ``source`` (bytes) makes an optimiser."""
    return b"optim." in source


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
    names = (
        "book.mplstyle",
        "backend.py",
        "preload.py",
        "preload_mnist.py",
        "runner.py",
        "alone/sitecustomize.py",
    )
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


def warm_up(sources=(b"matplotlib optim. mnist_data",)):
    """Start the fork server, which loads what ``sources`` need while we go on."""
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    text = b"".join(sources)
    preload = ["book.preload"]
    if b"matplotlib" in text:
        preload += ["matplotlib.pyplot", "book.backend"]
    if trains(text):  # the first optimiser imports it, for two seconds
        preload.append("torch._dynamo")
    if b"mnist_data" in text:
        preload.append("book.preload_mnist")
    context.set_forkserver_preload(preload)
    with _promised(PYTHONPATH=str(ROOT)):  # so that the server finds the preload
        forkserver.ensure_running()
    return context


def environment_kept(**more):
    """Return the environment of a snippet: what is KEPT of ours, and ``more``."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | more


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
    progress : object
        Has ``start(total)``, ``running(names)``, ``done(name, seconds)`` and
        ``stop()``.

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
    context = warm_up(sources[name] for name in queue)
    workers = workers or os.cpu_count() or 1
    jobs = _jobs_folder(store.folder.parent / "jobs")
    running = {}
    if progress:
        progress.start(len(queue))
    try:
        while queue or running:
            while queue and len(running) < workers:
                name = queue.pop(0)
                if progress:  # before the server has loaded anything
                    progress.running([entry[0] for entry in running.values()] + [name])
                job = jobs / str(len(results) - len(queue))
                (job / "empty").mkdir(parents=True)
                script = job / Path(name).name
                script.write_bytes(sources[name])
                process = context.Process(
                    target=_child,
                    args=(str(script), variant, limit),
                )
                process.start()
                running[process.sentinel] = (
                    name,
                    job,
                    process,
                    time.monotonic(),
                )
            wait(list(running), timeout=0.1)
            for sentinel, (name, job, process, began) in list(running.items()):
                late = time.monotonic() - began > PATIENCE * limit
                if process.is_alive() and not late:
                    continue
                if late:
                    _kill(process)
                process.join()
                _end_group(process)  # what it has started and left
                # The system stops what did not stop itself: see _child.
                late = late or -process.exitcode in (signal.SIGXCPU, signal.SIGALRM)
                results[name] = _collect(name, job, process.exitcode, late and limit)
                if not results[name].error:
                    store.put(keys[name], results[name])
                if progress:
                    progress.done(name, time.monotonic() - began)
                del running[sentinel]
            if progress:
                progress.running([entry[0] for entry in running.values()])
    finally:
        for _name, _job, process, _began in running.values():
            _kill(process)
        if progress:
            progress.stop()
        shutil.rmtree(jobs, ignore_errors=True)
    return results


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


def _child(script, variant, limit):
    """Run ``script``; leave stdout, stderr, figure.svg and a report beside it."""
    # The fork server swallows the error of a preload that failed.
    import book.preload

    # A snippet that starts processes does so as ``python NAME.py`` would.
    multiprocessing.set_start_method(None, force=True)
    gc.freeze()  # what was loaded stays: collections need not look at it
    gc.enable()
    os.setsid()
    # Of a core, as a busy machine makes no snippet wrong. The second limit is for one
    # that swallows the first, the clock for one that waits for nothing: whoever
    # started it may be gone.
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
    sys.path = [str(job), *book.preload.PATH]
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
            report["error"] = _stopped(limit)
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


def _stopped(limit):
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
            text = _stopped(stopped_after)
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
