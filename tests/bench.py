"""Measure builds, reloads, the runner and the checks: ``make bench``.

Nearly every row is a ratio taken within one run, because the speed of a machine
drifts; the seconds stand beside it. Everything happens in temporary copies.
``python -m tests.bench --help`` says how to measure less, or more often.
"""

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree

import psutil
import yaml
from mkdocs.utils.yaml import yaml_load

from book import ROOT
from book.model import Book
from book.run.cache import Store, key

ENVIRON = {
    **os.environ,
    "CI": "false",
    "NO_MKDOCS_2_WARNING": "1",
    "OMP_NUM_THREADS": "1",
}

# The pool alone, and what markdown-exec does: one process, one after another.
RUN = """
import sys
from pathlib import Path
from book.run import pool
from book.run.cache import Store
paths = sorted(Path(sys.argv[1]).glob("*.py"))
sources = {path.name: path.read_bytes() for path in paths}
results = pool.run(sources, Store(Path(sys.argv[2])))
sys.exit("\\n".join(result.error for result in results.values()).strip() or None)
"""
EXEC = """
import contextlib, io, sys
from pathlib import Path
import matplotlib
matplotlib.use("svg")
import matplotlib.pyplot as plt
def show():
    plt.savefig(io.StringIO(), format="svg")
    plt.close("all")
plt.show = show
for path in sorted(Path(sys.argv[1]).glob("*.py")):
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(path.read_bytes(), path, "exec"), {"__name__": "__main__"})
"""

PRINTS = """
import torch

torch.manual_seed({seed})
z = torch.randn(1_000_000, dtype=torch.float64)
print(f"mean {{z.mean():.4f}}, variance {{z.var():.4f}}")
"""
DRAWS = """
import matplotlib.pyplot as plt
import torch

z = torch.linspace(-6, 6, 200)
fig, ax = plt.subplots()
ax.plot(z, torch.sigmoid({seed} * z), color="C0", label="sigmoid")
ax.set_xlabel("pre-activation")
ax.set_ylabel("activation")
ax.legend()
plt.show()
"""
TRAINS = """
import torch

torch.manual_seed({seed})
torch.set_default_dtype(torch.float64)
x = torch.randn(256, 32)
y = torch.sin(x.sum(1, keepdim=True))
model = torch.nn.Sequential(
    torch.nn.Linear(32, 64), torch.nn.Tanh(), torch.nn.Linear(64, 1)
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(1000):
    loss = (model(x) - y).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"loss {{loss.item():.3f}}")
"""
EIGHT = [PRINTS, PRINTS, DRAWS, DRAWS, TRAINS, TRAINS, TRAINS, TRAINS]
ONE_LINE = "import torch; print(torch.ones(3).sum() + {seed})"


def timed(command, cwd):
    """Run ``command``; return its seconds. Raises RuntimeError if it fails."""
    began = time.perf_counter()
    run = subprocess.run(
        command,
        cwd=cwd,
        env=ENVIRON,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    if run.returncode:
        raise RuntimeError(
            f"{command} fails:\n{run.stdout[-2000:]}{run.stderr[-4000:]}"
        )
    return seconds


def write(folder, templates):
    """Write a snippet for each template; return the folder."""
    folder.mkdir()
    for seed, template in enumerate(templates):
        (folder / f"n{seed:04}.py").write_text(template.format(seed=seed))
    return folder


def cold(folder):
    """Run the snippets of ``folder`` with nothing cached; return the seconds."""
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-c", RUN, str(folder), f"{cache}/runs"]
        return timed(command, ROOT)


def mkdocs_build(root, config="mkdocs.yml"):
    """Return the command that builds ``root`` with this configuration."""
    options = ["--config-file", config, "--site-dir", f"{root}-{config}-site"]
    return [sys.executable, "-m", "mkdocs", "build", "--quiet", *options]


def without_runner(root, name, *, lab):
    """Write a configuration without the hooks, and perhaps without the lab."""
    with open(root / "mkdocs.yml", encoding="utf-8") as file:
        config = yaml_load(file)
    config["hooks"] = []
    config["strict"] = False
    if lab:
        folder = next((root / ".cache" / "labs").iterdir())
        for plugin in config["plugins"]:
            if "mkdocs-jupyter" in plugin:
                plugin["mkdocs-jupyter"]["cache_dir"] = str(folder)
    else:
        config["plugins"] = ["search"]
        config["nav"] = [e for e in map(_without_lab, config.get("nav", [])) if e]
    (root / name).write_text(yaml.safe_dump(config, sort_keys=False))


def _without_lab(entry):
    """Return an entry of the navigation without its notebooks, or None."""
    if isinstance(entry, str):
        return None if entry.endswith(".ipynb") else entry
    ((title, below),) = entry.items()
    if isinstance(below, list):
        below = [e for e in map(_without_lab, below) if e]
    elif below.endswith(".ipynb"):
        below = None
    return {title: below} if below else None


def peak(command, cwd):
    """Run ``command``; return the largest PSS of its processes together, in GiB."""
    largest = 0
    process = psutil.Popen(
        command,
        cwd=cwd,
        env=ENVIRON,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None:
        total = 0
        for one in [process, *process.children(recursive=True)]:
            try:
                memory = one.memory_full_info()
            except psutil.Error:
                continue  # it has just ended
            total += getattr(memory, "pss", memory.uss)
        largest = max(largest, total)
        time.sleep(0.1)
    if process.returncode:
        raise RuntimeError(f"{command} fails:\n{process.stderr.read()[-4000:]}")
    return largest / 2**30


class Server:
    """`mkdocs serve` of ``root``, and how long it takes to show an edit."""

    def __init__(self, root, config, *more):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{address}/"
        options = ["--config-file", config, "--dev-addr", address, "--quiet", *more]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", *options],
            cwd=root,
            env=ENVIRON,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def get(self, page):
        """Return what is served at ``page`` now, or nothing."""
        try:
            with urllib.request.urlopen(self.url + page, timeout=300) as answer:
                return answer.read().decode()
        except OSError:
            return ""

    def seconds(self, page, mark):
        """Return the seconds until ``mark`` is on ``page``."""
        began = time.perf_counter()
        while mark not in self.get(page):
            if self.process.poll() is not None or time.perf_counter() - began > 600:
                raise RuntimeError(f"{mark} was not served at {page}")
            time.sleep(0.01)
        return time.perf_counter() - began


@contextmanager
def serving(root, config, *more):
    """Serve ``root`` while the block runs."""
    server = Server(root, config, *more)
    try:
        server.seconds("", "</html>")
        yield server
    finally:
        server.process.send_signal(signal.SIGINT)
        try:
            server.process.wait(60)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()


def quickest(root):
    """Return the snippet of ``root`` that prints and takes the least time."""
    store = Store(root / ".cache" / "runs")
    sources = Book.read(root).sources
    results = {name: store.get(key(s)) for name, s in sources.items()}
    return min((r.seconds, name) for name, r in results.items() if r and r.stdout)[1]


def reloads(root, repeat):
    """Measure edits under serve, with and without the runner; return rows."""
    plain, dirty = root.with_name("off"), root.with_name("dirty")
    copytree(root, plain, symlinks=True)
    copytree(root, dirty, symlinks=True)
    name = quickest(root)
    path = Path("docs", os.path.dirname(name) + ".md")
    page = f"{os.path.dirname(name)}/"
    snippet = root / "snippets" / name
    source = snippet.read_text(encoding="utf-8")
    store = Store(root / ".cache" / "runs")
    words = {root: [], plain: [], dirty: []}
    edits, own = [], []
    with (
        serving(root, "mkdocs.yml") as on,
        serving(plain, "off.yml") as off,
        serving(dirty, "plain.yml", "--dirty") as quick,
    ):
        for number in range(repeat):
            for folder, server in ((root, on), (plain, off), (dirty, quick)):
                # MkDocs looks twice a second: meet it at different moments.
                time.sleep(2 + number / 10)
                text = (folder / path).read_text(encoding="utf-8")
                (folder / path).write_text(f"{text}\nword{number}word\n", "utf-8")
                words[folder].append(server.seconds(page, f"word{number}word"))
            time.sleep(2 + number / 10)
            edited = f'{source}print("word{number}edit")\n'
            snippet.write_text(edited, encoding="utf-8")
            edits.append(on.seconds(page, f"word{number}edit"))
            own.append(store.get(key(edited.encode())).seconds)
    over = statistics.median(
        edit - word - seconds
        for edit, word, seconds in zip(edits, words[root], own, strict=True)
    )
    return [
        against(
            "under serve, from saving one word to the new page, against the same "
            "without the runner",
            1.15,
            list(zip(words[root], words[plain], strict=True)),
        ),
        against(
            "the same against MkDocs' own `--dirty`, neither runner nor lab",
            1.5,
            list(zip(words[root], words[dirty], strict=True)),
        ),
        row(
            f"after editing one snippet (`{name}`), beyond that and its own time",
            over,
            0.5,
            f"{statistics.median(edits):.2f} s, its own time "
            f"{statistics.median(own):.2f} s",
            "s",
        ),
    ]


def against(what, most, pairs):
    """Return a line of the table for the round with the median ratio."""
    ours, theirs = sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
    return row(what, ours / theirs, most, f"{ours:.2f} s / {theirs:.2f} s")


def row(what, value, most, detail, unit="×"):
    """Return a line of the table."""
    return (
        what,
        f"{most:g} {unit}",
        f"{value:.2f} {unit}",
        detail,
        value <= most,
    )


def builds(root, repeat):
    """Measure builds with nothing changed; return rows."""
    times = {"mkdocs.yml": [], "off.yml": [], "plain.yml": []}
    for _ in range(repeat + 1):
        for config, seconds in times.items():
            seconds.append(timed(mkdocs_build(root, config), root))
    ours, off, plain = (seconds[1:] for seconds in times.values())  # 0 warms up
    what = "build with nothing changed, against"
    return [
        against(
            f"{what} the same with the runner switched off",
            1.15,
            list(zip(ours, off, strict=True)),
        ),
        against(
            f"{what} plain MkDocs Material, neither runner nor lab",
            2.5,
            list(zip(ours, plain, strict=True)),
        ),
    ]


def eight(folder, repeat):
    """Measure eight snippets against one process; return rows."""
    snippets = write(folder / "eight", EIGHT)
    command = [sys.executable, "-c", EXEC, str(snippets)]
    times = [(cold(snippets), timed(command, folder)) for _ in range(repeat)]
    return [
        against(
            "8 snippets with nothing cached, against one process as markdown-exec",
            0.75,
            times,
        )
    ]


def many(folder, repeat):
    """Measure hundreds of one-line snippets; return rows."""
    hundred = write(folder / "hundred", [ONE_LINE] * 100)
    thousand = write(folder / "thousand", [ONE_LINE] * 1000)
    times = [(cold(thousand), cold(hundred)) for _ in range(repeat)]
    few = statistics.median(seconds for _, seconds in times)
    return [
        row("100 one-line torch snippets, nothing cached", few, 5, "alone", "s"),
        against("1,000 of them against 100", 11, times),
    ]


def checks(book, folder):
    """Run `.ci/run` on a clean clone with nothing made; return a row."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(book), str(clone)], check=True)
    began = time.perf_counter()
    run = subprocess.run(
        ["bash", ".ci/run"],
        cwd=clone,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
    )
    minutes = (time.perf_counter() - began) / 60
    if run.returncode:
        raise RuntimeError(f".ci/run fails:\n{run.stdout[-4000:]}{run.stderr[-2000:]}")
    steps = re.findall(r"^step (\w+): (\d+) s$", run.stdout, re.MULTILINE)
    detail = ", ".join(f"{name} {seconds} s" for name, seconds in steps)
    return row("`.ci/run` on a clean clone, cold", minutes, 10, detail, "min")


def measure(book, repeat, only, folder):
    """Yield the rows of the table as they are measured."""
    if {"builds", "reloads", "memory"} & only:
        root = folder / "book"
        junk = [".git", ".venv", "site", "*_cache", "__pycache__"]
        junk += [".cache"] if "memory" in only else []
        copytree(book, root, symlinks=True, ignore=ignore_patterns(*junk))
        gibibytes = peak(mkdocs_build(root), root)
        if "memory" in only:
            yield row("peak memory of a cold build", gibibytes, 1.5, "PSS", "GiB")
        without_runner(root, "off.yml", lab=True)
        without_runner(root, "plain.yml", lab=False)
    if "builds" in only:
        yield from builds(root, repeat)
    if "reloads" in only:
        yield from reloads(root, repeat)
    if "eight" in only:
        yield from eight(folder, repeat)
    if "many" in only:
        yield from many(folder, repeat)
    if "checks" in only:
        yield checks(book, folder)


def main():
    """Print the table; return 1 if a target is missed."""
    names = ["memory", "builds", "reloads", "eight", "many", "checks"]
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--repeat", type=int, default=5, help="medians of so many")
    parser.add_argument("--book", type=Path, default=ROOT, help="its folder")
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    missed = 0
    try:
        print(
            "| what | at most | measured | | |\n|---|--:|--:|---|---|",
            flush=True,
        )
        for what, most, value, detail, good in measure(
            options.book.resolve(), options.repeat, set(options.only), folder
        ):
            missed += not good
            verdict = "met" if good else "**missed**"
            print(
                f"| {what} | {most} | {value} | {detail} | {verdict} |",
                flush=True,
            )
    finally:
        rmtree(folder, ignore_errors=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
